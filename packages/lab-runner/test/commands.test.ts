import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { makeKit, WORK } from './kit.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts the real command

const STARTED = 'labs/01-node-names/starter/node-names.ts'

describe('lab', () => {
  test('lists the labs, what was reached, and what comes next', async () => {
    const kit = makeKit({ starter: true })

    const before = await kit.lab()
    await kit.lab('1')
    const after = await kit.lab()

    expect(before.stdout).toMatch(/ 1 {2}Name the nodes +5 min {2}0 of 6 points\n/)
    expect(before.stdout).toContain('Start with pnpm lab start 1')
    expect(after.stdout).toContain('Go on with pnpm lab 1')
  })

  test('lists a broken lab as broken', async () => {
    const kit = makeKit()
    kit.write('labs/01-node-names/lab.yaml', 'format: 2\n')

    const { code, stdout } = await kit.lab()

    expect(code).toBe(0)
    expect(stdout).toContain('broken: pnpm lab 1 says what is wrong')
  })
})

describe('a lab that cannot be run says what brings it back', () => {
  test.for([
    ['the manifest', 'labs/01-node-names/lab.yaml', 'git checkout -- labs/01-node-names'],
    ["the student's file", WORK, 'pnpm lab reset 1'],
    ["the student's folder", 'labs/01-node-names/src', 'pnpm lab reset 1'],
    ['the spec', 'labs/01-node-names/spec', 'git checkout -- labs/01-node-names'],
    ['all labs', 'labs', 'git checkout -- labs'],
  ] as const)('without %s', async ([, file, next]) => {
    const kit = makeKit()
    kit.remove(file)

    const { code, stderr, stdout } = await kit.lab('1')

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(next)
    expect(stderr).not.toMatch(/\n +at /)
  })

  test('an unknown number names the labs there are', async () => {
    const { code, stderr } = await makeKit().lab('9')

    expect(code).toBe(2)
    expect(stderr).toBe('There is no lab "9". The labs are: 01-node-names.\nName one by its number: pnpm lab 1.\n')
  })

  test('an unknown flag shows how the command is called', async () => {
    const { code, stderr } = await makeKit().lab('1', '--sed', '3')

    expect(code).toBe(2)
    expect(stderr).toContain("Unknown option '--sed'.\nIt is called as pnpm lab NUMBER [--seed N]")
  })

  test.for([
    [['1', '--seed', 'x'], '--seed expects a whole number from 0 up, found "x".'],
    [['verify', '1', '--times', '0'], '--times expects a whole number from 1 up, found "0".'],
    [['1', '--step', 'nope'], 'Lab 1 has no step "nope". Its steps are: list, prefix, bad-arguments.'],
    [['1', '--cluster', 'moon'], '--cluster expects "sim", found "moon".'],
    [['watch'], 'Which lab? pnpm lab watch NUMBER [--seed N] needs its number.'],
  ] as const)('%o is refused', async ([args, message]) => {
    const { code, stderr } = await makeKit().lab(...args)

    expect({ code, first: stderr.split('\n')[0] }).toEqual({ code: 2, first: message })
  })

  test('a flag that npm kept is noticed', async () => {
    const kit = makeKit()
    const env = { npm_config_user_agent: 'npm/11.0.0 node/v24', npm_config_seed: '7', MCP_LAB_CALLED_AS: 'npm run' }

    const { code, stderr } = await kit.start(['1'], env).ended

    expect(code).toBe(2)
    expect(stderr).toBe(
      'npm kept --seed 7 for itself: flags need a "--" before them.\nType npm run lab 1 -- --seed 7.\n',
    )
  })
})

test('a mistyped command is no lab', async () => {
  const { code, stderr } = await makeKit().lab('hints', '1')

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'There is no command "hints".\nDid you mean pnpm lab hint 1?\n',
  })
})

test.skipIf(process.platform === 'win32')('a suite that may write nowhere says so', async () => {
  const kit = makeKit()
  kit.write('home', 'a file where a folder should be')
  kit.write('pnpm-workspace.yaml', '') // the kit's root, as vitest finds it
  kit.write('node_modules', 'a file where a folder should be')

  const { code, stderr } = await kit.start(['1'], { HOME: kit.path('home'), XDG_DATA_HOME: kit.path('home') }).ended

  expect(code).toBe(2)
  expect(stderr).toMatch(/^Neither the home folder nor the kit can be written.*\nCopy the kit/)
})

describe('hint', () => {
  test('gives one more each time, for the first red step of the last run', async () => {
    const kit = makeKit()
    kit.change('startsWith', 'includes')
    kit.change('names.filter((name) => name.includes(prefix))', 'names')
    await kit.lab('1')

    const first = await kit.lab('hint', '1')
    const second = await kit.lab('hint', '1')

    expect(first.stdout).toContain('Step "prefix", Only names with a prefix: hint 1 of 3')
    expect(first.stdout).toContain('1. What is left of the list when the prefix fits no name?')
    expect(first.stdout).not.toContain('2. ')
    expect(second.stdout).toContain('hint 2 of 3')
    expect(second.stdout).toContain('2. A string knows how it starts.')
  })

  test('has nothing to add when every step is green', async () => {
    const kit = makeKit()
    await kit.lab('1')

    expect((await kit.lab('hint', '1')).stdout).toContain('Every step of lab 1 was green')
  })
})

describe('reset', () => {
  test('puts the starter back and keeps the work', async () => {
    const kit = makeKit()
    kit.write(WORK, '// my work\n')

    const { code, stdout } = await kit.lab('reset', '1')

    expect(code).toBe(0)
    expect(kit.read(WORK)).toBe(kit.read(STARTED))
    const [, saved = ''] = /kept in (\S+)\.\n/.exec(stdout) ?? []
    expect(kit.read(`${saved}/node-names.ts`)).toBe('// my work\n')
  })

  test('twice in a second keeps both works', async () => {
    const kit = makeKit()

    for (const work of ['// one\n', '// two\n']) {
      kit.write(WORK, work)
      await kit.lab('reset', '1')
    }

    expect(readdirSync(kit.path('.mcp-lab/saved'))).toHaveLength(2)
  })

  test('mends a lab whose src is gone', async () => {
    const kit = makeKit()
    kit.remove('labs/01-node-names/src')

    await kit.lab('reset', '1')

    expect(kit.read(WORK)).toBe(kit.read(STARTED))
  })

  test('without a starter says where it can be had', async () => {
    const kit = makeKit()
    kit.remove('labs/01-node-names/starter')

    const { code, stderr } = await kit.lab('reset', '1')

    expect(code).toBe(2)
    expect(stderr).toContain('git checkout -- labs/01-node-names/starter')
    expect(existsSync(kit.path(WORK))).toBe(true)
  })
})

describe('solution', () => {
  test('stays closed until the lab is green, then shows notes and file', async () => {
    const kit = makeKit()

    const before = await kit.lab('solution', '1')
    await kit.lab('1')
    const after = await kit.lab('solution', '1')

    expect(before).toMatchObject({ code: 1, stdout: expect.stringContaining('opens once your own is green') })
    expect(after.code).toBe(0)
    expect(after.stdout).toContain('One list call, then plain data.')
    expect(after.stdout).toContain('solutions/01-node-names/src/node-names.ts')
  })

  test('says so when the kit ships none', async () => {
    const kit = makeKit()
    kit.remove('solutions')

    expect(await kit.lab('solution', '1')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('ships no solution'),
    })
  })
})

describe('progress', () => {
  test('that cannot be written costs a warning, not the run', async () => {
    const kit = makeKit()
    kit.write('.mcp-lab', 'a file where a folder should be')

    const { code, stdout, stderr } = await kit.lab('1')

    expect(code).toBe(0)
    expect(stdout).toContain('6 of 6 points')
    expect(stderr).toMatch(/^Progress was not saved: .*\n/m)
  })

  test('that is damaged is kept aside', async () => {
    const kit = makeKit()
    await kit.lab('1')
    kit.write('.mcp-lab/progress.json', '{"format":1,"labs":')

    const { code, stderr } = await kit.lab()

    expect(code).toBe(0)
    expect(stderr).toContain('was kept as')
    expect(readdirSync(kit.path('.mcp-lab')).join()).toMatch(/progress\.json\.unreadable-\d+/)
  })
})

test('start shows guide and file, and waits for nobody', async () => {
  const { code, stdout } = await makeKit().lab('start', '1')

  expect(code).toBe(0)
  expect(stdout).toContain('Read   labs/01-node-names/README.md\nEdit   labs/01-node-names/src/node-names.ts')
})

test.for([['--help'], ['1', '--help'], ['watch', '--help'], ['verify', '-h']])('%s is help', async (args) => {
  const { code, stdout } = await makeKit().lab(...args)

  expect(code).toBe(0)
  expect(stdout).toContain('Exit code: 0 solved or done, 1 not solved yet, 2 usage or environment, 130 interrupted.')
})
