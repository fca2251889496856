/**
 * `pnpm interop`: foreign clients against the kit. Installs the folder `interop/` (no part of the workspace, so that
 * students download none of it) and runs its suite. Further arguments go to vitest.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const folder = path.join(root, 'interop')

install()
run(process.execPath, [path.join(folder, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)])

function install(): void {
  const stamp = path.join(folder, 'node_modules', '.interop-stamp')
  const lock = readFileSync(path.join(folder, 'pnpm-lock.yaml'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  run('npx', ['-y', packageManager, 'install', '--frozen-lockfile'])
  writeFileSync(stamp, lock)
}

function run(command: string, args: readonly string[]): void {
  // Only a shell can start `npx.cmd`; no argument of ours holds a space.
  const shell = process.platform === 'win32' && command === 'npx'
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit', shell })
  if (status !== 0) process.exit(status ?? 2)
}
