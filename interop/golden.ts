#!/usr/bin/env node
/**
 * Golden steps for developers: runs some or all of them and prints how the answers differ.
 *
 * Usage: npm run golden -- [--feature NAME] [--id FEATURE/NN] [--sim KUBECONFIG] [--quiet]
 *   --sim     a cluster that is served already; without it one is started
 *   --quiet   only the ids and the sum
 */
import { diff, parseArgs, styleText } from 'node:util'
import type { Difference } from './goldens/compare.ts'
import { readGoldens, type Group, type Step } from './goldens/read.ts'
import { groupRun } from './goldens/run.ts'
import { startConformance } from './sim.ts'
import { stockKubectl } from './stock-kubectl.ts'

const { values } = parseArgs({
  options: {
    feature: { type: 'string' },
    id: { type: 'string' },
    sim: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
})

const goldens = readGoldens()
const sim = values.sim === undefined ? await startConformance() : undefined
const kubectl = stockKubectl(values.sim ?? sim!.kubeconfig)
const outcomes: { step: Step; found: Difference[] }[] = []
for (const group of goldens.groups) if (isWanted(group)) await runGroup(group)
await sim?.stop()
report()

function isWanted({ feature }: Group): boolean {
  const wanted = values.id?.split('/')[0] ?? values.feature
  return wanted === undefined || wanted === feature
}

/** The steps before the wanted one run too: it builds on what they did. */
async function runGroup(group: Group): Promise<void> {
  const run = groupRun(goldens, group, kubectl)
  await run.begin()
  for (const step of group.steps) {
    const found = await run.run(step)
    if (values.id === undefined || values.id === step.id) tell(step, found)
    if (values.id === step.id) break
  }
  await run.end()
}

function tell(step: Step, found: Difference[]): void {
  if (step.stable) outcomes.push({ step, found })
  const agrees = found.length === 0
  console.log(`${agrees ? styleText('green', 'agrees ') : styleText('red', 'differs')} ${step.id}  ${step.cmd}`)
  if (!values.quiet) for (const difference of found) show(difference)
}

function show({ where, real, got }: Difference): void {
  console.log(styleText('bold', `  ${where}`) + styleText('dim', '  - a real cluster, + this one'))
  for (const [side, line] of diff(real.split('\n'), got.split('\n'))) {
    if (side === 0) console.log(styleText('dim', `    ${line}`))
    else console.log(side > 0 ? styleText('green', `  - ${line}`) : styleText('red', `  + ${line}`))
  }
}

function report(): void {
  const differing = outcomes.filter(({ found }) => found.length > 0).map(({ step }) => step.id)
  console.log(`\n${outcomes.length - differing.length} of ${outcomes.length} stable steps agree.`)
  if (differing.length > 0) console.log(`These differ: ${differing.join(', ')}`)
  process.exitCode = differing.length > 0 ? 1 : 0
}
