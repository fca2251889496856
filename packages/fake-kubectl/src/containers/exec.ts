/**
 * Starts a process in a container from outside, as the runtime does for `kubectl exec`.
 * Source: containerd's CRI ExecSync and Exec; runc's words.
 */
import { hashHex } from '../clock/random.ts'
import { DEFAULT_PATH } from './environment.ts'
import { EXIT, findCommand, ociFault, run, type Process } from './process.ts'
import type { ToyContainer } from './container.ts'

export type Io = Pick<Process, 'stdin' | 'stdout' | 'stderr' | 'signal' | 'terminal'>

/** @returns its exit code, or why it could not be started */
export async function exec(container: ToyContainer, command: readonly string[], io: Io): Promise<number | string> {
  const environment = new Map(container.environment)
  if (io.terminal) environment.set('TERM', 'xterm')
  environment.set('HOME', container.user === 0 ? '/root' : '/')
  const cwd = container.workingDir
  const name = command[0] ?? ''
  const found = findCommand(container, name, cwd, environment.get('PATH') ?? DEFAULT_PATH)
  if (found.kind === 'absent' || found.kind === 'denied')
    return `failed to exec in container: failed to start exec "${execId(container)}": ${ociFault(name, found)}`
  const stop = new AbortController()
  if (io.terminal) io.terminal.interrupt = () => stop.abort(new Error('interrupted'))
  const signal = AbortSignal.any([io.signal, stop.signal])
  const code = await run(found, { ...io, container, argv: command, environment, cwd, signal, pace: { steps: 0 } })
  return stop.signal.aborted ? EXIT.interrupted : code
}

/** Containerd names every exec; here by what and when, so that looking changes nothing. */
function execId({ pod, server }: ToyContainer): string {
  return hashHex(`${pod.metadata.uid}/${server.clock.now()}/${server.apiLog.length}`, 64)
}
