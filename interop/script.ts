/**
 * Scripts of kubectl commands: each row is a command, what matters in its answer, and the state of the cluster after it.
 *
 * A script runs in a namespace and a folder of its own, row after row, against the shared cluster, once with each kubectl
 * that is installed. `$NS` in any text stands for its namespace; names of cluster-wide objects hold it, to be unique.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { apiOf, type Api } from './api.ts'
import { startSim, type Sim } from './sim.ts'
import { NEWEST, OLDER, stockBinary, type Minor } from './stock-binary.ts'
import { namespaceNamed, stockKubectl, type Answer, type Kubectl } from './stock-kubectl.ts'
import { words } from './words.ts'

/** Text that must occur, or a pattern, or a part of the answer as JSON. */
export type Expected = string | RegExp | readonly (string | RegExp)[] | { readonly json: unknown }

export type Row = {
  /** What follows `kubectl -n NAMESPACE`, quoted as for a shell. */
  readonly run: string
  /** Written into the working folder before. */
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Exit code; 0 when absent. */
  readonly code?: number
  /** All of standard output, with runs of spaces as one and without the last newline. */
  readonly prints?: string
  readonly out?: Expected
  /** Nothing may be written to standard error when absent. */
  readonly err?: Expected
  readonly not?: RegExp
  /** Objects by `plural/name` (or `plural.group/name`, `plural/name/subresource`): a part of each, or null when it is gone. */
  readonly after?: Readonly<Record<string, unknown>>
  /** For a command that goes on: what happens once it prints, and what ends it. */
  readonly meanwhile?: readonly string[]
  readonly until?: RegExp
  /** It prints nothing at first. */
  readonly quiet?: boolean
  /** Why a real cluster need not answer so. */
  readonly simulatorOnly?: string
  /** The first kubectl that has it. */
  readonly since?: Minor
}

type Names = { $NS: string; $POD: string }
type Context = { readonly names: Names; readonly dir: string; readonly kubectl: Kubectl; readonly api: Api }
type ScriptOptions = { readonly scenario?: string }

export function script(name: string, rows: readonly Row[], options: ScriptOptions = {}): void {
  const versions = process.env.INTEROP_ALL ? [...OLDER, NEWEST] : [NEWEST]
  // Only a simulator has the pods of a scenario.
  const suite = options.scenario === undefined ? describe : describe.runIf(inject('isSimulator'))
  for (const version of versions) suite(`${name}, kubectl ${version}`, () => scriptOf(name, rows, version, options))
}

/** State that controllers bring about, and watches, may take a moment. */
const PATIENCE_MS = 5000

function scriptOf(name: string, rows: readonly Row[], version: Minor, { scenario }: ScriptOptions): void {
  const isSimulator = inject('isSimulator')
  let sim: Sim | undefined
  let context: Context

  beforeAll(async () => {
    sim = scenario === undefined ? undefined : await startSim('--scenario', scenario)
    const kubectl = stockKubectl(sim?.kubeconfig ?? inject('kubeconfig'), stockBinary('kubectl', version))
    context = await begin(`s-${name}-${version.replace('.', '')}`, kubectl)
  })
  afterAll(async () => {
    await context.kubectl('delete', 'namespace', context.names.$NS, '--wait=false')
    rmSync(context.dir, { recursive: true, force: true })
    await sim?.stop()
  })
  for (const [index, row] of rows.entries()) {
    const title = `${String(index + 1).padStart(2, '0')} kubectl ${row.run.replaceAll('\n', '\\n')}`
    if (row.since !== undefined && isOlder(version, row.since)) test.skip(`${title} (since ${row.since})`)
    else if (row.simulatorOnly !== undefined && !isSimulator)
      test.skip(`${title} (simulator only: ${row.simulatorOnly})`)
    else test(title, () => check(row, context))
  }
}

function isOlder(version: Minor, than: Minor): boolean {
  const order = [...OLDER, NEWEST]
  return order.indexOf(version) < order.indexOf(than)
}

/** A namespace that is ready, an empty folder, and the name of a pod that is there already. */
async function begin(ns: string, kubectl: Kubectl): Promise<Context> {
  const api = apiOf(kubectl.kubeconfig)
  const { stderr } = await kubectl.in({ stdin: namespaceNamed(ns) })('create', '--raw', '/api/v1/namespaces', '-f', '-')
  expect(stderr).toBe('')
  await patiently(async () => expect(await api.object('serviceaccounts/default', ns)).toBeDefined())
  const pods = (await api.get('/api/v1/namespaces/shop/pods'))?.items as { metadata: { name: string } }[]
  const names = {
    $NS: ns,
    $POD: pods.find(({ metadata: { name } }) => name.startsWith('storefront'))?.metadata.name ?? '',
  }
  return { names, dir: mkdtempSync(path.join(os.tmpdir(), 'script-')), kubectl, api }
}

async function check(row: Row, context: Context): Promise<void> {
  const { names, dir } = context
  const own = <T>(value: T): T => resolved(value, names)
  for (const [file, text] of Object.entries(row.files ?? {})) writeFileSync(path.join(dir, file), own(text))
  const answer = await runRow(row, context)
  const { code, stdout } = answer
  const stderr = withoutLostRace(answer.stderr)

  expect(code, `exit code; it printed\n${stdout}${stderr}`).toBe(row.code ?? 0)
  if (row.prints !== undefined) expect(tidy(stdout)).toBe(own(row.prints))
  if (row.out !== undefined) expectText(stdout, own(row.out))
  if (row.err === undefined) expect(stderr, 'standard error').toBe('')
  else expectText(stderr, own(row.err))
  if (row.not !== undefined) expect(stdout).not.toMatch(row.not)
  for (const [object, part] of Object.entries(row.after ?? {})) await checkState(context, own(object), own(part))
}

function runRow(row: Row, context: Context): Promise<Answer> {
  const { kubectl, names, dir } = context
  const args = ['-n', names.$NS, ...words(resolved(row.run, names))]
  const where = {
    cwd: dir,
    env: resolved(row.env ?? {}, names),
    ...(row.stdin && { stdin: resolved(row.stdin, names) }),
  }
  if (row.meanwhile === undefined && row.until === undefined) return kubectl.in(where)(...args)
  return runOn(row, args, context)
}

/** A kubectl that has seen enough may log, at level I, that it broke off its own watch in the middle of a read. */
function withoutLostRace(stderr: string): string {
  return stderr.replace(/^I\d{4} .* reflector\.go:\d+\] "Warning: watch ended with error" .*context canceled.*\n/gm, '')
}

/** Runs a command that goes on, does what is to be done meanwhile, and ends it when it has printed what it is to print. */
async function runOn(row: Row, args: readonly string[], { kubectl, names, dir }: Context): Promise<Answer> {
  const child = spawn(kubectl.binary, ['--kubeconfig', kubectl.kubeconfig, ...args], { cwd: dir, env: kubectl.env })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  let [stdout, stderr] = ['', '']
  let wake: () => void = () => undefined
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    wake()
  })
  child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()))
  const printed = (enough: () => boolean): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    wake = () => enough() && resolve()
    wake()
    return Promise.race([promise, closed, sleep(PATIENCE_MS)])
  }
  if (row.until === undefined || row.quiet) await sleep(700)
  else await printed(() => stdout !== '')
  for (const command of row.meanwhile ?? []) {
    const { code, stderr } = await kubectl('-n', names.$NS, ...words(resolved(command, names)))
    expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' })
  }
  const { until } = row
  if (until === undefined) return { code: (await closed) ?? 1, stdout, stderr }
  await printed(() => until.test(stdout))
  child.kill('SIGKILL')
  await closed
  expect(stdout).toMatch(until)
  return { code: row.code ?? 0, stdout, stderr }
}

async function checkState({ api, names }: Context, object: string, part: unknown): Promise<void> {
  await patiently(async () => {
    const found = await api.object(object, names.$NS)
    if (part === null) expect(found, `${object} is gone`).toBeUndefined()
    else expect(found, `${object} is\n${JSON.stringify(found, null, 1)}`).toMatchObject(part as object)
  })
}

async function patiently(attempt: () => Promise<void>): Promise<void> {
  const until = performance.now() + (inject('isSimulator') ? 1000 : PATIENCE_MS)
  for (;;) {
    try {
      return await attempt()
    } catch (fault) {
      if (performance.now() > until) throw fault
      await sleep(50)
    }
  }
}

function expectText(text: string, expected: Expected): void {
  if (typeof expected === 'string') expect(tidy(text), text).toContain(expected)
  else if (expected instanceof RegExp) expect(text, text).toMatch(expected)
  else if ('json' in expected) expect(JSON.parse(text)).toMatchObject(expected.json as object)
  else for (const part of expected) expectText(text, part)
}

function tidy(text: string): string {
  return text
    .trimEnd()
    .replaceAll(/(?<=\S)[ \t]+/g, ' ')
    .replaceAll(/ +$/gm, '')
}

/** With names for `$NS` and `$POD`. */
function resolved<T>(value: T, names: Names): T {
  if (typeof value === 'string') return value.replaceAll(/\$(NS|POD)\b/g, (name) => names[name as keyof Names]) as T
  if (value instanceof RegExp) return new RegExp(resolved(value.source.replaceAll('\\$', '$'), names), value.flags) as T
  if (Array.isArray(value)) return value.map((it) => resolved(it, names)) as T
  if (typeof value !== 'object' || value === null || isMatcher(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [resolved(key, names), resolved(it, names)])) as T
}

/** One of vitest's, like `expect.any(String)`. */
function isMatcher(value: object): boolean {
  return 'asymmetricMatch' in value
}
