/** What holds of the library as a whole, and of playing a scenario. Each of them is played in `scenarios/`. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { judgedScenarios } from '../src/scenarios/library.ts'
import { act, judge, stage } from '../src/scenarios/play.ts'
import type { JudgedScenario, Step } from '../src/scenarios/schema.ts'
import { verifyScenario } from '../src/scenarios/verify.ts'

const SCENARIOS = judgedScenarios()

describe('the library', () => {
  test('has three tickets for each, and a cheat', () => {
    const poor = SCENARIOS.filter(({ tickets, cheats }) => new Set(tickets).size < 3 || cheats.length === 0)

    expect(poor.map(({ id }) => id)).toEqual([])
  })

  test('is played as a whole', () => {
    const folder = path.join(import.meta.dirname, 'scenarios')
    const sources = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'))
    const played = new Set(sources.flatMap((source) => [...source.matchAll(/'([a-z]+)'/g)].map(([, kind]) => kind)))

    expect(SCENARIOS.filter(({ kind }) => !played.has(kind))).toEqual([])
  })

  test('has each as folder and id', () => {
    expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(SCENARIOS.length)
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(36)
  })

  test('is told what is wrong with a scenario that is not sound', async () => {
    const scenario = SCENARIOS.find(({ id }) => id === 'scale-up')!
    const lazy: JudgedScenario = { ...scenario, expert: [], oracles: { ...scenario.oracles, state: [] } }

    const findings = await verifyScenario(lazy, { seed: 1 })

    expect(findings.map(({ who, fault }) => [who, fault])).toEqual([
      ['the expert', undefined],
      ['nobody', 'passes, and should not'],
      ['scales staging', undefined],
      ['scales too far', 'passes, and should not'],
    ])
  })
})

describe('a play', () => {
  test('comes to the same again on the same seed, and to other names on another', async () => {
    const scenario = SCENARIOS.find(({ id }) => id === 'scaled-to-zero')!
    const end = async (seed: number) => {
      const set = await stage(scenario, seed)
      await judge(set, await act(set, scenario.expert))
      return JSON.stringify([set.cluster.snapshot().store, set.cluster.apiLog])
    }

    expect(await end(3)).toBe(await end(3))
    expect(await end(4)).not.toBe(await end(3))
  })

  const faultsOf = async (id: string, steps: Step[]): Promise<string[]> => {
    const set = await stage(
      SCENARIOS.find((it) => it.id === id)!,
      1,
    )
    const { checks } = await judge(set, await act(set, steps))
    return checks.filter(({ fault }) => fault !== undefined).map(({ oracle, title }) => `${oracle}: ${title}`)
  }

  test('judges what had to stay as it was', async () => {
    expect(
      await faultsOf('scale-up', [
        { kubectl: 'scale deployment/catalog -n production --replicas=4' },
        { kubectl: 'scale deployment/catalog -n staging --replicas=4' },
        { kubectl: 'delete secret api-secrets -n staging' },
        { wait: '2m' },
      ]),
    ).toEqual(['preserve: secrets data', 'preserve: deployments/staging spec'])
  })

  test('waits to see whether what holds now holds on', async () => {
    const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } }
    const spec = { activeDeadlineSeconds: 420, containers: [{ name: 'cache', image: 'redis:8', resources }] }
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cache', namespace: 'staging' }, spec }

    expect(await faultsOf('pod-with-limits', [{ apply: JSON.stringify(pod) }, { wait: '1m' }])).toEqual([
      'stable-for: the pod is ready, 5m later',
    ])
  })

  test('judges the attempt, not only what came of it', async () => {
    const scenario = SCENARIOS.find(({ id }) => id === 'list-images')!
    const set = await stage(scenario, 1)
    const answer = await act(set, [
      { kubectl: 'delete pods --all -n production', fails: true },
      { answer: 'postgres:17.6' },
    ])

    const { checks } = await judge(set, answer)

    expect(checks.filter(({ fault }) => fault !== undefined).map(({ oracle }) => oracle)).toEqual(['forbidden'])
  })
})
