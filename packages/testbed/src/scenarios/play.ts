/**
 * A scenario from its ticket to its verdict: the cluster is set up and broken, somebody acts, and the oracles judge what
 * came of it.
 */
import type { Cluster } from '@mcp-lab/fake-kubectl'
import { checkAnswer } from '../oracles/answer.ts'
import { checkForbidden } from '../oracles/forbidden.ts'
import { baselineOf, checkPreserved, type Baseline } from '../oracles/preserve.ts'
import { checkState } from '../oracles/state.ts'
import { clusterOf } from './cluster.ts'
import type { JudgedScenario, Role, Scenario, Step } from './schema.ts'
import { actor, perform } from './steps.ts'

/** Until the last change has shown its effect. */
const SETTLING = '5m'

/** A scenario's cluster as it is when the ticket is written. */
export type Stage = {
  readonly scenario: Scenario
  readonly cluster: Cluster
  /** The bearer token of who is to solve it. */
  readonly token: string
  readonly baseline: Baseline
  /** The API log's length by then: what comes after is the solver's. */
  readonly logged: number
}

export type Check = {
  readonly oracle: 'state' | 'preserve' | 'stable-for' | 'forbidden' | 'answer'
  readonly title: string
  readonly fault: string | undefined
}
export type Verdict = { readonly passed: boolean; readonly checks: readonly Check[] }

const GROUPS: Readonly<Record<Role, string>> = { viewer: 'shop:viewers', sre: 'shop:sre', admin: 'shop:admins' }
const TOKEN = 'solver'

/** Sets a scenario up and breaks it. @throws UserError when that fails */
export async function stage(scenario: Scenario, seed: number, cluster = clusterOf(scenario, { seed })): Promise<Stage> {
  cluster.tokens.set(TOKEN, { user: `agent:${scenario.role}`, groups: [GROUPS[scenario.role]] })
  await perform(actor(cluster), [...scenario.noise, ...scenario.fault])
  const baseline = await baselineOf(cluster, scenario.oracles?.preserve ?? [])
  return { scenario, cluster, token: TOKEN, baseline, logged: cluster.apiLog.length }
}

/** @returns what was answered */
export async function act({ cluster, token }: Stage, steps: readonly Step[]): Promise<string> {
  const solver = actor(cluster, token)
  await perform(solver, steps)
  return solver.answer
}

/** Lets the cluster come to rest, and says what holds. */
export async function judge({ scenario, cluster, baseline, logged }: Stage, answer: string): Promise<Verdict> {
  const { oracles } = scenario as JudgedScenario
  const entries = cluster.apiLog.slice(logged)
  cluster.advance(SETTLING)
  const checks: Check[] = []
  for (const check of oracles.state)
    checks.push({ oracle: 'state', title: check.title, fault: await checkState(cluster, check) })
  const broken = await checkPreserved(cluster, baseline, oracles['may-go'])
  for (const rule of baseline.keys()) checks.push({ oracle: 'preserve', title: rule, fault: broken.get(rule) })
  for (const rule of oracles.forbidden)
    checks.push({ oracle: 'forbidden', title: rule.title, fault: checkForbidden(entries, rule) })
  for (const fact of checkAnswer(answer, oracles.answer)) checks.push({ oracle: 'answer', ...fact })
  checks.push(...(await checkLater(cluster, oracles, checks)))
  return { passed: checks.every(({ fault }) => fault === undefined), checks }
}

/** What holds now must hold then; what does not is not waited for. */
async function checkLater(
  cluster: Cluster,
  { state, 'stable-for': span }: JudgedScenario['oracles'],
  before: readonly Check[],
): Promise<Check[]> {
  if (span === undefined || before.some(({ oracle, fault }) => oracle === 'state' && fault !== undefined)) return []
  cluster.advance(span)
  const checks: Check[] = []
  for (const check of state)
    checks.push({
      oracle: 'stable-for',
      title: `${check.title}, ${span} later`,
      fault: await checkState(cluster, check),
    })
  return checks
}
