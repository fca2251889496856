/**
 * Runs the groups of goldens against a cluster, each in a namespace and a folder of its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { namespaceNamed, serverOf, type Answer, type Kubectl, type Where } from '../stock-kubectl.ts'
import { differences, normalize, type Difference, type Place } from './compare.ts'
import type { Files, Goldens, Group, Step } from './read.ts'

/** Controllers need a moment, on a busy machine a long one: a step that only reads may be repeated for so long. */
export const PATIENCE_MS = 10_000
const PAUSE_MS = 100
/** Commands that change nothing; `rollout` and `auth` have such words too. */
const READING =
  /^(get|describe|events|logs|top|version|api-\S+|cluster-info|rollout (history|status)|auth (can-i|whoami))\b/

export type RunOptions = {
  /** How long a reading step may be repeated; 0 asks once. */
  readonly patienceMs?: number
}

export type GroupRun = {
  begin(): Promise<void>
  run(step: Step, options?: RunOptions): Promise<Difference[]>
  end(): Promise<void>
}

export function groupRun(goldens: Goldens, group: Group, kubectl: Kubectl): GroupRun {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'golden-'))
  const others = goldens.groups.map(({ ns }) => ns).filter((ns) => ns !== group.ns)
  const place: Place = { dir, server: serverOf(kubectl.kubeconfig), otherNamespaces: others }
  const where: Where = { cwd: dir }
  const inNamespace = (args: readonly string[], env = {}): Promise<Answer> =>
    kubectl.in({ ...where, env })('-n', group.ns, ...args)
  const normalized = (text: string): string => normalize(text, goldens.norm, place)

  return {
    async begin() {
      await kubectl.in({ stdin: namespaceNamed(group.ns) })('create', '--raw', '/api/v1/namespaces', '-f', '-')
      await patiently(PATIENCE_MS, async () => (await inNamespace(['get', 'sa', 'default'])).code === 0)
      writeFiles(dir, group.steps[0]?.files)
      for (const args of group.setup) await inNamespace(args)
    },
    async run(step, { patienceMs = PATIENCE_MS } = {}) {
      writeFiles(dir, step.files)
      let found: Difference[] = []
      await patiently(READING.test(step.args.join(' ')) ? patienceMs : 0, async () => {
        found = differences(step, await inNamespace(step.args, step.env), normalized)
        return found.length === 0
      })
      return found
    },
    async end() {
      await inNamespace(['delete', 'all', '--all', '--wait=false'])
      await kubectl('delete', 'namespace', group.ns, '--timeout=10s')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function patiently(patienceMs: number, attempt: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + patienceMs
  while (!(await attempt()) && performance.now() < until) await sleep(PAUSE_MS)
}

function writeFiles(dir: string, files: Files = {}): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text)
}
