/**
 * A throw-away kit of one lab, copied from `fixtures/kit` into a folder of its own, and the command line run against it as
 * a student's process: no terminal, a clean environment.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Report } from '../src/index.ts'

const FIXTURE = path.join(import.meta.dirname, 'fixtures', 'kit')
const MAIN = path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
const VITEST = path.join(path.dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))), 'vitest.mjs')
const LAB = path.join('labs', '01-node-names')
export const WORK = path.join(LAB, 'src', 'node-names.ts')

export type Ended = { code: number | null; stdout: string; stderr: string }

export type Kit = {
  readonly dir: string
  lab(...args: string[]): Promise<Ended>
  report(...args: string[]): Promise<Report>
  /** vitest itself, in the lab's folder, without the runner. */
  vitest(): Promise<Ended>
  start(args: string[], env?: Record<string, string>): Running
  path(file: string): string
  read(file: string): string
  write(file: string, text: string): void
  remove(file: string): void
  /** Replaces text in the student's file, which holds the solution; fails when there is nothing to replace. */
  change(from: string, to: string): void
}

export type Running = {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves as soon as the output so far satisfies `seen`. */
  until(seen: (stdout: string) => boolean): Promise<void>
}

/** A kit whose student has solved the lab; `starter: true` leaves the starter in place. */
export function makeKit({ starter = false, name = 'kit' } = {}): Kit {
  const parent = path.join(import.meta.dirname, '.tmp')
  mkdirSync(parent, { recursive: true })
  const dir = mkdtempSync(path.join(parent, `${name}-`))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  cpSync(FIXTURE, dir, { recursive: true })
  if (!starter)
    cpSync(path.join(dir, 'solutions', '01-node-names', 'src'), path.join(dir, LAB, 'src'), { recursive: true })
  return kitIn(dir)
}

function kitIn(dir: string): Kit {
  const at = (file: string): string => path.join(dir, file)
  const start: Kit['start'] = (args, env = {}) =>
    running(spawn(process.execPath, [MAIN, ...args], { env: { ...cleanEnv(dir), ...env }, cwd: dir }))
  return {
    dir,
    start,
    lab: (...args) => start(args).ended,
    async report(...args) {
      const { stdout, stderr } = await start(['1', '--json', ...args]).ended
      if (stdout === '') throw new Error(`no report; stderr: ${stderr}`)
      return JSON.parse(stdout) as Report
    },
    vitest: () =>
      running(spawn(process.execPath, [VITEST, 'run'], { env: { ...cleanEnv(dir), NO_COLOR: '1' }, cwd: at(LAB) }))
        .ended,
    path: at,
    read: (file) => readFileSync(at(file), 'utf8'),
    write: (file, text) => writeFileSync(at(file), text),
    remove: (file) => rmSync(at(file), { recursive: true }),
    change(from, to) {
      const text = readFileSync(at(WORK), 'utf8')
      if (!text.includes(from)) throw new Error(`the solution has no "${from}"`)
      writeFileSync(at(WORK), text.replace(from, to))
    },
  }
}

/** Nothing of the vitest that runs these tests, and no launcher. */
function cleanEnv(dir: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(VITEST|npm_|MCP_LAB|CI$|NO_COLOR|FORCE_COLOR|NODE_ENV|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL)/i.test(name),
  )
  return { ...Object.fromEntries(kept), MCP_LAB_ROOT: dir, MCP_LAB_CALLED_AS: 'pnpm' }
}

function running(child: ChildProcess): Running {
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
    for (const listener of listeners) listener()
  })
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')))
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    child,
    ended,
    until: (seen) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!seen(stdout)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        void ended.then(() => reject(new Error(`it ended first; stdout: ${stdout}\nstderr: ${stderr}`)))
        look()
      }),
  }
}
