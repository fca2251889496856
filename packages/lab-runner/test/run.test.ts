import { readdirSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { makeKit, WORK } from './kit.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts the real command

test('the starter is red in every step, and the report says what to do', async () => {
  const kit = makeKit({ starter: true })

  const { code, stdout, stderr } = await kit.lab('1')

  expect(code).toBe(1)
  expect(stderr).toBe('')
  expect(stdout).toContain("Lab 1 · Name the nodes\nA tool that tells the names of a cluster's nodes.")
  expect(stdout).toContain('] 0 of 6 points')
  expect(stdout).toMatch(/1\. red +One name for each node +3 points\n 2\. red .*\n 3\. red /)
  expect(stdout).toContain('Asked       node_names {}')
  expect(stdout).toContain('Came back   an error: not written yet: list the nodes')
  expect(stdout).toMatch(/Where +labs\/01-node-names\/src\/node-names\.ts:\d+/)
  expect(stdout).toMatch(/> +\d+ \| +throw todo\('list the nodes/)
  expect(stdout).toContain('pnpm lab hint 1')
  expect(stdout).not.toMatch(/AssertionError|vitest|node_modules|\n +at /)
})

test('the solution earns every point', async () => {
  const kit = makeKit()

  const { code, stdout } = await kit.lab('1')

  expect(code).toBe(0)
  expect(stdout).toContain('6 of 6 points')
  expect(stdout).toContain('Solved. pnpm lab solution 1')
})

test('a red step shows what was expected and where, in the words of the spec', async () => {
  const kit = makeKit()
  kit.change('name.startsWith(prefix)', 'name.includes(prefix.slice(1))')

  const { firstRed, points } = await kit.report()

  expect(points).toEqual({ earned: 4, possible: 6 })
  expect(firstRed).toMatchObject({
    step: 'prefix',
    asked: {
      tool: 'node_names',
      arguments: { prefix: 'ada' },
      answer: { structuredContent: { names: ['ada', 'grada'] } },
    },
    expected: 'only the names that start with "ada"',
    where: { file: 'labs/01-node-names/src/node-names.ts' },
  })
  expect(firstRed?.message).toMatch(/^expected .* to equal \[ 'ada' \]$/)
})

test('an exception in the tool is shown at its line', async () => {
  const kit = makeKit()
  kit.change('return names.filter(', '\n\n  ;(undefined as unknown as string[]).at(0)\n  return names.filter(')
  const line =
    kit
      .read(WORK)
      .split('\n')
      .findIndex((text) => text.includes('.at(0)')) + 1

  const { firstRed } = await kit.report()

  expect(firstRed?.where).toMatchObject({ line })
  expect(firstRed?.where?.frame).toMatch(/^> .*\.at\(0\)/m)
})

test('what the code prints stands beside the red test', async () => {
  const kit = makeKit()
  kit.change('return names.filter(', "console.log('names are', names)\n  return names.slice(0, 0).filter(")

  const { stdout } = await kit.lab('1')

  expect(stdout).toMatch(/You printed +names are \[ 'ada', 'grace', 'grada' \]/)
})

test('a syntax error is shown once, with its place, and the steps wait', async () => {
  const kit = makeKit()
  kit.write(WORK, `${kit.read(WORK)}\nconst broken = {{ ;\n`)

  const { code, stdout } = await kit.lab('1')

  expect(code).toBe(1)
  expect(stdout).toMatch(/TypeScript found an error: labs\/01-node-names\/src\/node-names\.ts:\d+:\d+\n/)
  expect(stdout).toMatch(/^ +> +\d+ \| const broken = \{\{ ;\n +\| +\^$/m)
  expect(stdout.match(/waiting/g)).toHaveLength(3)
  expect(stdout).not.toMatch(/\d\. red/)
})

test('a file that throws while it is loaded is shown at its line', async () => {
  const kit = makeKit()
  kit.write(WORK, `${kit.read(WORK)}\nconst missing = undefined as unknown as string[]\nmissing.push('x')\n`)

  const { problems, steps } = await kit.report()

  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ kind: 'load', message: "Cannot read properties of undefined (reading 'push')" })
  expect(problems[0]?.where?.frame).toMatch(/^> .*missing\.push/m)
  expect(steps.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting'])
})

test('a file that exports no tool says what it should export', async () => {
  const kit = makeKit()
  kit.change('export const nodeNames', 'const nodeNames')

  const { problems } = await kit.report()

  expect(problems[0]?.message).toBe('exports no tool; expected `export const … = defineTool({ … })`')
})

test('a type error stands in for the red step', async () => {
  const kit = makeKit()
  kit.change('startsWith', 'startWith')

  const { problems, firstRed, points } = await kit.report()

  expect(firstRed).toBeUndefined()
  expect(points.earned).toBe(4)
  expect(problems).toMatchObject([{ kind: 'types', message: expect.stringContaining("Did you mean 'startsWith'?") }])
})

test('a type error in a solved lab is a remark', async () => {
  const kit = makeKit()
  kit.change('return names.filter(', 'const note: number = "x"\n  void note\n  return names.filter(')

  const { solved, problems, remarks } = await kit.report()

  expect({ solved, problems }).toEqual({ solved: true, problems: [] })
  expect(remarks).toMatchObject([{ message: "Type 'string' is not assignable to type 'number'." }])
})

test('syntax that Node cannot strip, such as an enum, works', async () => {
  const kit = makeKit()
  kit.change('return names.filter(', 'enum Flag { On = 1 }\n  if (Flag.On !== 1) return []\n  return names.filter(')

  expect(await kit.report()).toMatchObject({ solved: true })
})

test('an endless loop ends in a message that names its line', async () => {
  const kit = makeKit()
  kit.change('return names.filter(', 'let turns = 0\n  while (names.length > 0) turns += 1\n  return names.filter(')

  // A temporary folder of its own: other runs on this machine have their files in the common one.
  const { code, stdout } = await kit.start(['1'], { TMPDIR: kit.dir, TEMP: kit.dir }).ended

  expect(code).toBe(1)
  expect(stdout).toMatch(/Your code did not come to an end: labs\/01-node-names\/src\/node-names\.ts:\d+/)
  expect(stdout).toContain('in the test "keeps the names that start with the prefix" (step "prefix")')
  expect(stdout).toMatch(/^ +> +\d+ \| +while \(names\.length > 0\)/m)
  expect(stdout).toContain('3 of 6 points')
  expect(readdirSync(kit.dir).filter((name) => name.startsWith('mcp-lab-stuck-'))).toEqual([])
})

test('an endless loop at the top of the file is found while it is loaded', async () => {
  const kit = makeKit()
  kit.write(WORK, `${kit.read(WORK)}\nfor (;;) Math.random()\n`)

  const { problems } = await kit.report()

  expect(problems).toMatchObject([{ kind: 'stuck', where: { file: 'labs/01-node-names/src/node-names.ts' } }])
})

test("runs in the lab's scenario", async () => {
  const kit = makeKit()
  const manifest = 'labs/01-node-names/lab.yaml'
  kit.write(manifest, kit.read(manifest).replace('plugs: tool', 'plugs: tool\nscenario: no-such-scenario'))

  const report = await kit.report()

  expect(JSON.stringify(report)).toContain('There is no scenario \\"no-such-scenario\\"')
})

test('an answer that never comes is said in words', async () => {
  const kit = makeKit()
  kit.change(
    'return { structuredContent,',
    'if (prefix !== undefined) await new Promise(() => {})\n    return { structuredContent,',
  )

  const { firstRed, steps } = await kit.report()

  expect(firstRed).toMatchObject({
    step: 'prefix',
    timedOut: true,
    message: expect.stringContaining('promise that never settles'),
  })
  // Whether the step after it still ran when the run was called off is chance.
  expect(steps.map(({ state }) => state).slice(0, 2)).toEqual(['passed', 'failed'])
})

test('works in a path with spaces and letters of the world', async () => {
  const kit = makeKit({ name: "mein Kit (ü, 日本) [x] 100% 'q'" })

  const report = await kit.report()

  expect(report).toMatchObject({ solved: true, problems: [], remarks: [] })
})

test('runs one step, on a seed', async () => {
  const kit = makeKit({ starter: true })

  const report = await kit.report('--step', 'prefix', '--seed', '7')

  expect(report.seed).toBe(7)
  expect(report.steps.map(({ state }) => state)).toEqual(['not-run', 'failed', 'not-run'])
  expect(report.firstRed?.step).toBe('prefix')
  expect(report).toMatchObject({ only: 'prefix', points: { earned: 0, possible: report.steps[1]?.points } })
})

test('a bare vitest run of the suite finds the student without the runner', async () => {
  const kit = makeKit()
  kit.change('startsWith', 'endsWith')

  const { code, stdout } = await kit.vitest()

  expect(code).toBe(1)
  expect(stdout).toMatch(/Tests +1 failed \| 3 passed/)
})
