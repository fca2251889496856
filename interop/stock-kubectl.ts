/**
 * Stock kubectl 1.36, from the npm package that ships it for AWS Lambda: a static binary for Linux on x64.
 *
 * A kubectl found on the PATH is never used: it may be a dispatcher that picks its version by the server's.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { stockBinary } from './stock-binary.ts'

/** Long after any command of ours should have ended: a hang is an answer, too. */
const DEADLINE_MS = 50_000

export type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string }
export type Where = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}
type Run = (...args: string[]) => Promise<Answer>
export type Kubectl = Run & {
  readonly kubeconfig: string
  readonly binary: string
  readonly env: Readonly<Record<string, string>>
  /** The same kubectl in a folder, with more environment or with standard input. */
  in(where: Where): Run
}

/** kubectl bound to one kubeconfig, with an empty home, so that no cached discovery of another cluster gets in. */
export function stockKubectl(kubeconfig: string, binary: string = stockBinary('kubectl', '1.36')): Kubectl {
  const home = mkdtempSync(path.join(os.tmpdir(), 'kubectl-home-'))
  const base = { HOME: home, PATH: process.env.PATH ?? '', TZ: 'UTC' }
  const within =
    ({ cwd = home, env = {}, stdin = '' }: Where): Run =>
    (...args) =>
      new Promise((resolve) => {
        const options = { cwd, env: { ...base, ...env }, timeout: DEADLINE_MS, maxBuffer: 2 ** 26 }
        const child = execFile(binary, ['--kubeconfig', kubeconfig, ...args], options, (fault, stdout, stderr) => {
          const said = fault?.killed ? `${stderr}killed after ${DEADLINE_MS / 1000} s\n` : stderr
          resolve({ code: fault === null ? 0 : Number(fault.code ?? 1), stdout, stderr: said })
        })
        // It may end without reading.
        child.stdin?.on('error', () => undefined).end(stdin)
      })
  return Object.assign(within({}), { kubeconfig, binary, env: base, in: within })
}

/** HOST:PORT, as a kubeconfig names it. */
export function serverOf(kubeconfig: string): string {
  const server = /server: *["']?https?:\/\/([^\s"'/]+)/.exec(readFileSync(kubeconfig, 'utf8'))
  if (server === null) throw new Error(`${kubeconfig} names no server`)
  return server[1]!
}

/** For `create --raw`, which does the least a client can do. */
export function namespaceNamed(name: string): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}
