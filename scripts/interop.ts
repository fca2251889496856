/**
 * `pnpm interop`: foreign clients against the kit. Installs the folder `interop/` (no part of the workspace, so that
 * students download none of it), checks its types and runs its suite. Further arguments go to vitest.
 *
 * With `--all` the heavy clients of `interop/heavy/` too. With INTEROP_KUBECONFIG=FILE against that cluster.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const folder = path.join(root, 'interop')
const args = process.argv.slice(2)
const all = args.includes('--all')

install(folder)
if (all) {
  install(path.join(folder, 'heavy'))
  process.env.INTEROP_ALL = '1'
}
run(process.execPath, [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'])
const vitest = path.join(folder, 'node_modules', 'vitest', 'vitest.mjs')
run(process.execPath, [vitest, 'run', ...args.filter((arg) => arg !== '--all')])

function install(cwd: string): void {
  const stamp = path.join(cwd, 'node_modules', '.interop-stamp')
  const lock = readFileSync(path.join(cwd, 'pnpm-lock.yaml'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  run('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], cwd)
  writeFileSync(stamp, lock)
}

function run(command: string, args: readonly string[], cwd = folder): void {
  // Only a shell can start `npx.cmd`; no argument of ours holds a space.
  const shell = process.platform === 'win32' && command === 'npx'
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell })
  if (status !== 0) process.exit(status ?? 2)
}
