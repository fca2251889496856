import { describe, expect, test } from 'vitest'
import { editorOf } from './commands/start.ts'
import { run } from './commands/run.ts'
import { complete, launcherOf, refuseSwallowedFlags } from './io.ts'
import { styleFor } from './style.ts'

describe('the next command is printed in the form in which the student called', () => {
  test.for([
    [{ MCP_LAB_CALLED_AS: 'pnpm' }, 'pnpm lab'],
    [{ npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v24' }, 'pnpm lab'],
    [{ npm_config_user_agent: 'npm/11.0.0 node/v24' }, 'npm run lab'],
    [{}, 'npm run lab'],
  ] as const)('%o → %s', ([env, launcher]) => {
    expect(launcherOf(env)).toBe(launcher)
  })

  test.for([
    ['Type `lab 1`.', 'npm run lab', 'Type npm run lab 1.'],
    ['Type `lab 1 --seed 3 --json`.', 'npm run lab', 'Type npm run lab 1 -- --seed 3 --json.'],
    ['Type `lab 1 --seed 3`.', 'pnpm lab', 'Type pnpm lab 1 --seed 3.'],
    [
      '`lab` lists, `git checkout -- labs` does not.',
      'npm run lab',
      'npm run lab lists, `git checkout -- labs` does not.',
    ],
    ['`labels` are none of ours.', 'pnpm lab', '`labels` are none of ours.'],
  ] as const)('%s', ([text, launcher, completed]) => {
    expect(complete(text, launcher)).toBe(completed)
  })
})

describe('a flag that npm kept', () => {
  const npm = { npm_config_user_agent: 'npm/11.0.0 node/v24' }

  test('is explained with the line to type', () => {
    const io = { env: { ...npm, npm_config_json: 'true', npm_config_step: 'list' } }

    expect(() => refuseSwallowedFlags(run, ['1'], io)).toThrow('npm kept --step list and --json for itself')
  })

  test.for([
    [{ npm_config_seed: 'true' }, ['1', '3'], 'lab 1 --seed 3'],
    [{ npm_config_seed: 'true', npm_config_json: 'true' }, ['1', '3'], 'lab 1 --seed 3 --json'],
    [{ npm_config_seed: 'true', npm_config_step: 'true' }, ['1', '3', 'list'], 'lab 1 --seed N --step ID'],
  ] as const)('leaves its value among the words: %o, %o', ([given, argv, line]) => {
    const next = expect.objectContaining({ next: `Type \`${line}\`.` })

    expect(() => refuseSwallowedFlags(run, argv, { env: { ...npm, ...given } })).toThrow(next)
  })

  test('is none when the flag arrived, or when pnpm called', () => {
    refuseSwallowedFlags(run, ['1', '--json'], { env: { ...npm, npm_config_json: 'true' } })
    refuseSwallowedFlags(run, ['1'], { env: { npm_config_user_agent: 'pnpm/12', npm_config_json: 'true' } })
  })
})

describe('colour', () => {
  test.for([
    [{ isTTY: true }, {}, true],
    [{ isTTY: false }, {}, false],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { CI: 'true' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, { FORCE_COLOR: '1' }, true],
  ] as const)('%o with %o: %s', ([stream, env, rich]) => {
    expect(styleFor(stream, env).rich).toBe(rich)
    expect(styleFor(stream, env).paint('red', 'x') === 'x').toBe(!rich)
  })
})

describe('an editor is opened only when it has a window', () => {
  test.for([
    [{ VISUAL: 'code --wait' }, 'code'],
    [{ EDITOR: 'vim', TERM_PROGRAM: 'vscode' }, 'code'],
    [{ EDITOR: 'vim' }, undefined],
    [{ EDITOR: '/usr/local/bin/subl -w' }, '/usr/local/bin/subl'],
    [{}, undefined],
  ] as const)('%o → %s', ([env, editor]) => {
    expect(editorOf(env)).toBe(editor)
  })
})
