/**
 * What stock kubectl prints against the simulator is what it printed against a real control plane, step by step.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readGoldens } from './goldens/read.ts'
import { groupRun, type GroupRun } from './goldens/run.ts'
import { startConformance, type Sim } from './sim.ts'
import { stockKubectl, type Kubectl } from './stock-kubectl.ts'

const goldens = readGoldens()

let sim: Sim
let kubectl: Kubectl

beforeAll(async () => {
  sim = await startConformance()
  kubectl = stockKubectl(sim.kubeconfig)
})

afterAll(() => sim.stop())

describe.each(goldens.groups)('$feature', (group) => {
  let groupOf: GroupRun

  beforeAll(async () => {
    groupOf = groupRun(goldens, group, kubectl)
    await groupOf.begin()
  })
  afterAll(() => groupOf.end())

  for (const step of group.steps) {
    const title = step.cmd.replace('kubectl', `${step.id} kubectl`)

    // An unstable step is one that two real clusters answered differently; it runs, for what it does to the next ones.
    if (!step.stable) test(`${title} (unstable: anything goes)`, () => groupOf.run(step, { patienceMs: 0 }))
    else {
      test(title, async () => {
        const found = await groupOf.run(step)

        expect(Object.fromEntries(found.map(({ where, got }) => [where, got]))).toEqual(
          Object.fromEntries(found.map(({ where, real }) => [where, real])),
        )
      })
    }
  }
})
