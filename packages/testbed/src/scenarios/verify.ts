/**
 * Is a scenario sound? Its expert passes, who does nothing does not, and no cheat does; and whoever does the same twice
 * finds the same twice.
 */
import { createHash } from 'node:crypto'
import type { JudgedScenario, Step } from './schema.ts'
import { act, judge, stage, type Verdict } from './play.ts'

export type Finding = {
  readonly scenario: string
  readonly seed: number
  /** Who acted: the expert, nobody, or a cheat by its title. */
  readonly who: string
  /** What is wrong with the scenario; undefined when this is as it should be. */
  readonly fault: string | undefined
}

export type VerifyOptions = {
  readonly seed: number
  /** Everything is done twice, and must come to the same. */
  readonly twice?: boolean
}

export async function verifyScenario(
  scenario: JudgedScenario,
  { seed, twice = false }: VerifyOptions,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { who, steps, passes } of players(scenario)) {
    const fault = await faultOf(scenario, seed, { steps, passes, twice })
    findings.push({ scenario: scenario.id, seed, who, fault })
  }
  return findings
}

type Player = { readonly who: string; readonly steps: readonly Step[]; readonly passes: boolean }

function players({ expert, cheats }: JudgedScenario): Player[] {
  return [
    { who: 'the expert', steps: expert, passes: true },
    { who: 'nobody', steps: [], passes: false },
    ...cheats.map(({ title, steps }) => ({ who: title, steps, passes: false })),
  ]
}

async function faultOf(
  scenario: JudgedScenario,
  seed: number,
  { steps, passes, twice }: Omit<Player, 'who'> & { twice: boolean },
): Promise<string | undefined> {
  try {
    const { verdict, digest } = await play(scenario, seed, steps)
    if (verdict.passed !== passes) return passes ? failures(verdict) : 'passes, and should not'
    if (twice && (await play(scenario, seed, steps)).digest !== digest) return 'comes to something else the second time'
    return undefined
  } catch (fault) {
    const { message, nextStep = '' } = fault as Error & { nextStep?: string }
    return `${message} ${nextStep}`.trim()
  }
}

async function play(
  scenario: JudgedScenario,
  seed: number,
  steps: readonly Step[],
): Promise<{ verdict: Verdict; digest: string }> {
  const set = await stage(scenario, seed)
  const verdict = await judge(set, await act(set, steps))
  const { store } = set.cluster.snapshot()
  const digest = createHash('sha256')
    .update(JSON.stringify([store, set.cluster.apiLog, verdict]))
    .digest('hex')
  return { verdict, digest }
}

function failures({ checks }: Verdict): string {
  return checks
    .filter(({ fault }) => fault !== undefined)
    .map(({ oracle, title, fault }) => `${oracle}: ${title}: ${fault}`)
    .join('; ')
}
