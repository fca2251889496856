/**
 * What stock kubectl prints against the simulator is what it printed against a real control plane, step by step.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readGoldens } from './goldens/read.ts'
import { groupRun, type GroupRun } from './goldens/run.ts'
import { hurriedSetups, waiting } from './goldens/waiting.ts'
import { startConformance, type Sim } from './sim.ts'
import { stockKubectl, type Kubectl } from './stock-kubectl.ts'

const goldens = readGoldens()
const steps = goldens.groups.flatMap((group) => group.steps)

let sim: Sim
let kubectl: Kubectl

beforeAll(async () => {
  sim = await startConformance()
  kubectl = stockKubectl(sim.kubeconfig)
})

afterAll(() => sim.stop())

test('a step that waits is one there is', () => {
  const ids = new Set(steps.map(({ id }) => id))

  expect(Object.keys(waiting).filter((id) => !ids.has(id))).toEqual([])
})

describe.each(goldens.groups)('$feature', (group) => {
  let groupOf: GroupRun

  beforeAll(async () => {
    groupOf = groupRun(goldens, group, kubectl, { hurried: hurriedSetups.has(group.feature) })
    await groupOf.begin()
  })
  afterAll(() => groupOf.end())

  for (const step of group.steps) {
    const reason = waiting[step.id]
    const title = step.cmd.replace('kubectl', `${step.id} kubectl`)

    // An unstable step is one that two real clusters answered differently; it runs, for what it does to the next ones.
    if (!step.stable) test(`${title} (unstable: anything goes)`, () => groupOf.run(step, { patienceMs: 0 }))
    else if (reason !== undefined) {
      test(`${title} (waits: ${reason})`, async () => {
        const found = await groupOf.run(step, { patienceMs: 0, hurried: true })

        expect(found, `${step.id} agrees now: take it out of goldens/waiting.ts`).not.toEqual([])
      })
    } else {
      test(title, async () => {
        const found = await groupOf.run(step)

        expect(Object.fromEntries(found.map(({ where, got }) => [where, got]))).toEqual(
          Object.fromEntries(found.map(({ where, real }) => [where, real])),
        )
      })
    }
  }
})
