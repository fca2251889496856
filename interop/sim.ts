/**
 * `pnpm sim` as a process of its own, on a free port, with a kubeconfig in a folder of its own.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const MAIN = path.resolve(import.meta.dirname, '../packages/testbed/src/cli/sim.ts')

export type Sim = {
  readonly kubeconfig: string
  /** Types a line into its terminal. @returns what it says to that */
  type(line: string): Promise<string>
  stop(): Promise<void>
}

/** The cluster that the goldens were made on. */
export function startConformance(): Promise<Sim> {
  return startSim('--scenario', 'conformance')
}

export async function startSim(...flags: string[]): Promise<Sim> {
  const kubeconfig = path.join(mkdtempSync(path.join(os.tmpdir(), 'sim-')), 'kubeconfig')
  const child = spawn(process.execPath, [MAIN, ...flags, '--kubeconfig', kubeconfig], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // Its greeting comes once the port answers and the kubeconfig is written.
  const greeting = once(child.stdout, 'data')
  await Promise.race([
    greeting,
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`pnpm sim ended: ${code}`))),
  ])
  const stop = async (): Promise<void> => {
    const gone = once(child, 'exit')
    child.kill('SIGINT')
    await gone
  }
  const type = async (line: string): Promise<string> => {
    const said = once(child.stdout, 'data')
    child.stdin.write(`${line}\n`)
    return String((await said)[0])
  }
  return { kubeconfig, type, stop }
}
