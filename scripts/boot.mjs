/**
 * The door of every root command: `node scripts/boot.mjs ENTRY [ARGS…]`.
 *
 * It brings the dependencies when they are missing or out of date, picks a Node that runs TypeScript, and hands over to
 * ENTRY with the arguments untouched. It knows nothing of labs. Plain JavaScript for Node 20 and later: it must run before
 * anything is installed, on a Node that is too old for the rest.
 *
 * Exit codes are ENTRY's own; 2 when the environment is at fault, 128 + n when a signal ended ENTRY.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const FLOOR = [22, 19]
const ENVIRONMENT_FAULT = 2

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const [entry, ...args] = process.argv.slice(2)
const calledByPnpm = process.env.npm_config_user_agent?.startsWith('pnpm/') ?? false

process.env.MCP_LAB_CALLED_AS ??= calledByPnpm ? 'pnpm' : 'npm run'
process.env.MCP_LAB_ROOT ??= root
ensureInstalled()
await handOver(path.resolve(root, entry))

function ensureInstalled() {
  const stamp = path.join(root, 'node_modules/.boot-stamp')
  // Not by which Node: once installed, npm puts the kit's own Node first on the PATH, and the old one is not seen again.
  const wanted = readFileSync(path.join(root, 'pnpm-lock.yaml'), 'utf8')
  const isStamped = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  if (isStamped && isInstalled()) return
  // Under pnpm, `verifyDepsBeforeRun` has just installed, unless that failed or left out the fallback Node.
  if (!calledByPnpm || !isInstalled()) install()
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

function isInstalled() {
  const tools = existsSync(path.join(root, 'node_modules/vitest/vitest.mjs'))
  return tools && (!isOldNode() || fallbackNode() !== undefined || !mayHaveFallback())
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  console.error('Installing what the kit needs. This happens once and takes about half a minute.')
  // stdout belongs to the command itself (`--json`, `mcp stdio`), and only a person wants to see progress.
  const output = process.stderr.isTTY ? 2 : 'pipe'
  // Only a shell can start `npx.cmd`; no argument holds a space.
  const onWindows = process.platform === 'win32'
  const args = ['-y', packageManager, 'install', '--frozen-lockfile']
  const options = {
    cwd: root,
    stdio: ['ignore', output, output],
    shell: onWindows,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  }
  const { status, signal, error, stdout, stderr } = spawnSync(onWindows ? 'npx.cmd' : 'npx', args, options)
  if (status === 0) return
  if (signal === 'SIGINT') process.exit(130)
  fail(
    `${stdout ?? ''}${stderr ?? ''}The installation failed${error ? ` (${error.message})` : ''}: npx ${packageManager} install ended with ${status ?? signal}.`,
    'Read the lines above. Most often the package registry cannot be reached, or the disk is full; then run the same command again.',
  )
}

async function handOver(file) {
  process.env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules/.cache/node')
  if (isOldNode()) return runOnFallback(file)
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
  process.argv = [process.argv[0], file, ...args]
  await import(pathToFileURL(file).href)
}

function runOnFallback(file) {
  const node = fallbackNode()
  if (node === undefined) {
    fail(
      `Node ${process.version} is too old: mcp-lab needs Node ${FLOOR.join('.')} or later.`,
      'Install the current LTS from https://nodejs.org (or with your version manager, e.g. `nvm install 24`), open a new terminal, and run the same command again.',
    )
  }
  const child = spawn(node, [file, ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the child as well; a second copy would mean "at once" to it.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (fault) =>
    fail(
      `Node could not be started from ${node}: ${fault.message}.`,
      'Delete node_modules and run the same command again.',
    ),
  )
  child.on('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]))
}

function isOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])
}

/** Node for machines below the floor: the registry has it for Linux with glibc, on two architectures. */
function mayHaveFallback() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return false
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime !== undefined
}

function fallbackNode() {
  const file = path.join(root, `node_modules/node-linux-${process.arch}/bin/node`)
  return process.platform === 'linux' && existsSync(file) ? file : undefined
}

function fail(what, next) {
  console.error(`\n${what}\n${next}`)
  process.exit(ENVIRONMENT_FAULT)
}
