import { expect, test, vi } from 'vitest'
import type { LabVerdict } from '../src/index.ts'
import { makeKit, type Kit } from './kit.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts the real command

const SOLUTION = 'solutions/01-node-names'

test('a sound lab passes the gate', async () => {
  const kit = makeKit({ starter: true })

  const { code, stdout } = await kit.lab('verify', '1', '--times', '2', '--seeds', '2')

  expect(stdout).not.toContain('NO')
  expect(stdout).toContain('the solution passes, 4 of 4')
  expect(code).toBe(0)
  expect(kit.read('labs/01-node-names/lab.yaml')).toContain('format: 1')
})

test('each thing that is wrong with a lab is a fault of its own claim', async () => {
  const kit = makeKit({ starter: true })
  const file = `${SOLUTION}/src/node-names.ts`
  replace(kit, 'labs/01-node-names/lab.yaml', "Which API path lists a cluster's nodes?", 'Use the API.')
  replace(kit, 'labs/01-node-names/spec/node-names.spec.ts', ', \'only the names that start with "ada"\'', '')
  replace(kit, `${SOLUTION}/mutants.yaml`, 'caught-by: list', 'caught-by: prefix')
  replace(kit, `${SOLUTION}/mutants.yaml`, 'name.includes(prefix)', 'name.startsWith(prefix) ')
  replace(
    kit,
    `${SOLUTION}/alternatives/one-loop/node-names.ts`,
    'names.push(node.metadata.name)',
    'names.unshift(node.metadata.name)',
  )
  kit.write('labs/01-node-names/starter/stray.ts', 'export const stray = 1\n')
  kit.write(file, kit.read(file).replace('return nodes.map', 'const wrong: number = ""\n  return nodes.map'))

  const [verdict] = JSON.parse((await kit.lab('verify', '1', '--json')).stdout) as [LabVerdict]

  const faults = Object.fromEntries(
    verdict.claims.filter((one) => one.faults.length > 0).map((one) => [one.claim, one.faults.join('\n')]),
  )
  expect(faults).toMatchObject({
    "each step's first hint is a question": expect.stringContaining(
      'steps[0].hints[0]: expected a question, found "Use the API."',
    ),
    'nothing but the edited files differs between starter and solution': 'stray.ts differs',
    'src is delivered as the starter': 'stray.ts differs',
    'starter, solution and alternatives type-check': expect.stringContaining("Type 'string' is not assignable"),
    '1 alternatives pass': expect.stringContaining('alternative one-loop: step "list"'),
    '2 mutants are caught where their idea is taught': expect.stringMatching(
      /list-first-only: expected a red test in step "prefix", found them in "list"[\s\S]*prefix-includes: .*every test is green/,
    ),
  })
})

test('a starter that is green, or red by a broken import, does not pass', async () => {
  const kit = makeKit({ starter: true })
  kit.write(
    'labs/01-node-names/starter/node-names.ts',
    `import './missing.ts'\n${kit.read('labs/01-node-names/starter/node-names.ts')}`,
  )

  const { code, stdout } = await kit.lab('verify', '1')

  expect(code).toBe(1)
  expect(stdout).toMatch(
    /NO +the starter fails every step by an assertion that helps\n +step "list".*expected an assertion, found load/,
  )
})

function replace(kit: Kit, file: string, from: string, to: string): void {
  const text = kit.read(file)
  if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
  kit.write(file, text.replace(from, to))
}
