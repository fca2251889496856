/**
 * The ports of a process: its streams, its environment, the wall clock, Ctrl-C.
 */
import { writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ports, Terminal } from './ports.ts'

const STDOUT = 1
const STDERR = 2
const INTERRUPTED = 130

/** @param kubeconfigs to look for before `~/.kube/config` */
export function processPorts(kubeconfigs: readonly string[] = []): Ports {
  const interruption = new AbortController()
  process.once('SIGINT', () => process.exit(INTERRUPTED))
  return {
    stdout: (output) => writeAll(STDOUT, output),
    stderr: (output) => writeAll(STDERR, output),
    stdin: () => text(process.stdin),
    input: () => process.stdin,
    ...(process.stdin.isTTY && { terminal: terminal() }),
    env: process.env,
    cwd: process.cwd(),
    kubeconfigs: [...kubeconfigs, path.join(os.homedir(), '.kube', 'config')],
    now: () => Date.now(),
    wait: (ms) => sleep(ms),
    signal: interruption.signal,
  }
}

function terminal(): Terminal {
  return {
    raw: (on) => void process.stdin.setRawMode(on),
    size: () => ({ Width: process.stdout.columns, Height: process.stdout.rows }),
    onResize: (told) => void process.stdout.on('resize', told),
  }
}

/** At once and in order, whatever stdout is; a reader that went away (`| head`) ends the command. */
function writeAll(fd: number, output: string | Uint8Array): void {
  let bytes = typeof output === 'string' ? Buffer.from(output) : output
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes))
    } catch (fault) {
      const { code } = fault as NodeJS.ErrnoException
      if (code === 'EPIPE') process.exit(0)
      if (code !== 'EAGAIN') throw fault
    }
  }
}
