/**
 * The fake kubectl answers as stock kubectl does: standard output, standard error and exit code, byte for byte.
 *
 * Both ask one cluster what it holds; a difference counts when it stays, since ages go on between two answers. What changes
 * something runs on two clusters of one seed, one for each, and only what no two clusters have in common is left out: uids,
 * resourceVersions, times, tokens, addresses. The commands are in fake-kubectl/*.txt, one a line.
 */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../packages/fake-kubectl/src/kubectl.ts'
import { startSim, type Sim } from './sim.ts'
import { stockKubectl, type Answer } from './stock-kubectl.ts'
import { words } from './words.ts'

const FOLDER = path.join(import.meta.dirname, 'fake-kubectl')
const MANIFESTS = path.join(FOLDER, 'manifests')
const ATTEMPTS = 4
/** Long after any command should have ended. */
const DEADLINE_MS = 50_000

type Ask = (args: readonly string[], where?: { stdin: string }) => Promise<Answer>
type Row = { readonly line: string; readonly args: string; readonly stdin: string; readonly compared: boolean }

describe('reading', () => sameCluster('reads', 'disk-pressure'))
describe('every kind', () => sameCluster('kinds', 'conformance', [['apply', '-f', 'all.yaml']]))
// What controllers do meanwhile is not of one moment on two clusters.
describe('creating and deleting', () => twoClusters('creating', '--no-controllers'))
describe('applying and changing', () => twoClusters('changing', '--no-controllers'))
describe('running, exposing, draining, waiting', () => twoClusters('running'))
describe('asking about rights, differences and the configuration', () => twoClusters('asking', '--no-controllers'))

function sameCluster(list: string, scenario: string, setup: readonly string[][] = []): void {
  let sim: Sim
  let [stock, ours]: Ask[] = []
  const names = { $NODE: '', $POD: '' }

  beforeAll(async () => {
    sim = await startSim('--scenario', scenario)
    stock = stockAt(sim.kubeconfig)
    ours = oursAt(sim.kubeconfig)
    for (const args of setup) expect(await stock(args)).toMatchObject({ code: 0 })
    names.$NODE = await first(ours, 'nodes')
    names.$POD = await first(ours, 'pods', '-n', 'shop')
  })
  afterAll(() => sim.stop())

  for (const { line, args, stdin } of rowsOf(list)) {
    test(line, async () => {
      const argv = words(args.replaceAll(/\$(NODE|POD)/g, (name) => names[name as keyof typeof names]))
      let [expected, answer] = await both(argv, stdin)
      for (let attempt = 1; attempt < ATTEMPTS && !isSame(expected, answer); attempt++) {
        ;[expected, answer] = await both(argv, stdin)
      }

      expect(answer).toEqual(expected)
    })
  }

  const both = (argv: string[], stdin: string): Promise<Answer[]> =>
    Promise.all([stock!, ours!].map(async (ask) => tidy(await ask(argv, { stdin }))))
}

function twoClusters(list: string, ...flags: string[]): void {
  let sims: Sim[]
  let [stock, ours]: Ask[] = []

  beforeAll(async () => {
    sims = await Promise.all([1, 2].map(() => startSim('--scenario', 'conformance', ...flags)))
    stock = stockAt(sims[0]!.kubeconfig)
    ours = oursAt(sims[1]!.kubeconfig)
  })
  afterAll(() => Promise.all(sims.map((sim) => sim.stop())))

  for (const { line, args, stdin, compared } of rowsOf(list)) {
    test(line, async () => {
      const argv = words(args)
      const [expected, answer] = await Promise.all([stock!, ours!].map((ask) => ask(argv, { stdin })))

      if (compared) expect(general(answer!)).toEqual(general(expected!))
    })
  }
}

/** `COMMAND <<< STDIN`; with "~ " before it the answer may differ. */
function rowsOf(list: string): Row[] {
  const lines = readFileSync(path.join(FOLDER, `${list}.txt`), 'utf8').split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [args = '', stdin = ''] = line.replace(/^~ /, '').split(' <<< ')
      return { line, args, stdin: stdin.replaceAll('\\n', '\n'), compared: !line.startsWith('~ ') }
    })
}

/** Stock kubectl with a copy of the kubeconfig: `config` writes into it. */
function stockAt(kubeconfig: string): Ask {
  const copy = copyOf(kubeconfig)
  const { binary, env } = stockKubectl(copy)
  const name = path.basename(binary)
  return (args, { stdin } = { stdin: '' }) =>
    new Promise((resolve) => {
      const options = { cwd: MANIFESTS, env: { ...env, KUBECONFIG: copy }, timeout: DEADLINE_MS, maxBuffer: 2 ** 26 }
      const child = execFile(binary, [...args], options, (fault, stdout, stderr) => {
        const code = typeof fault?.code === 'number' ? fault.code : fault === null ? 0 : 1
        // It calls itself by its file's name in one text.
        resolve(withoutPaths({ code, stdout, stderr: stderr.replaceAll(`'${name} `, "'kubectl ") }, copy))
      })
      child.stdin?.on('error', () => undefined).end(stdin)
    })
}

function oursAt(kubeconfig: string): Ask {
  const copy = copyOf(kubeconfig)
  return async (args, { stdin } = { stdin: '' }) => {
    let [stdout, stderr] = ['', '']
    const decoder = new TextDecoder()
    const code = await run(args, {
      stdout: (text) => (stdout += typeof text === 'string' ? text : decoder.decode(text)),
      stderr: (text) => (stderr += text),
      stdin: async () => stdin,
      env: { PATH: process.env['PATH'], KUBECONFIG: copy },
      cwd: MANIFESTS,
      kubeconfigs: [],
      now: Date.now,
      wait: (ms) => sleep(ms),
      signal: new AbortController().signal,
    })
    return withoutPaths({ code, stdout, stderr }, copy)
  }
}

function copyOf(kubeconfig: string): string {
  const copy = path.join(mkdtempSync(path.join(os.tmpdir(), 'fake-kubectl-')), 'config')
  copyFileSync(kubeconfig, copy)
  return copy
}

async function first(ask: Ask, ...args: string[]): Promise<string> {
  const { stdout } = await ask(['get', ...args, '-o', 'name'])
  return stdout.split('\n')[0]?.split('/')[1] ?? ''
}

function isSame(one: Answer | undefined, other: Answer | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function withoutPaths({ code, stdout, stderr }: Answer, copy: string): Answer {
  const without = (text: string): string => text.replaceAll(copy, '<kubeconfig>')
  return { code, stdout: without(stdout), stderr: without(stderr) }
}

/** kubectl's log lines (`E1126 …`) say again what the error says. */
function tidy({ code, stdout, stderr }: Answer): Answer {
  return { code, stdout, stderr: stderr.replaceAll(/^[EWI]\d{4} \d\d:.*\n/gm, '') }
}

const UNLIKE: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000)/g, '<time>'],
  [/(resourceVersion"?: ")\d+/g, '$1<version>'],
  [/127\.0\.0\.1:\d+/g, '<server>'],
  [/\b(\d+m)?\d+s\b/g, '<age>'],
  [/eyJ[\w.-]{60,}/g, '<token>'],
  [/(?<=-[b-df-hj-np-tv-xz2456789]{8,10}-|kube-api-access-)[b-df-hj-np-tv-xz2456789]{5}\b/g, '<id>'],
  [/\/tmp\/(LIVE|MERGED)-\w+/g, '/tmp/$1-<number>'],
  [/(?<=\S) {2,}/g, '  '],
]

function general(answer: Answer): Answer {
  const { code, stdout, stderr } = tidy(answer)
  const without = (text: string): string => UNLIKE.reduce((so, [what, word]) => so.replaceAll(what, word), text)
  return { code, stdout: inOrder(without(stdout)), stderr: without(stderr) }
}

/** kubectl evicts pods side by side: whose turn comes first is chance. */
function inOrder(stdout: string): string {
  return stdout.replaceAll(/(^(evicting pod|pod\/\S+ evicted).*\n)+/gm, (lines) =>
    lines
      .split(/(?<=\n)/)
      .toSorted()
      .join(''),
  )
}
