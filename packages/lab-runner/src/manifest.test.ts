import { describe, expect, test } from 'vitest'
import { parseLabManifest } from './manifest.ts'

const SOUND = `
format: 1
title: Count
minutes: 5
objectives: [Count]
edits: [src/count.ts]
spec: [spec/count.test.ts]
steps:
  - { id: one, title: One, points: 2, hints: [Who?, There., So.] }
`

test('reads a lab and fills in what may be left out', () => {
  expect(parseLabManifest(SOUND)).toMatchObject({
    title: 'Count',
    plugs: 'tool',
    seed: 1,
    hidden: [],
    steps: [{ id: 'one' }],
  })
})

describe('says file, path and what was expected', () => {
  test.for([
    ['hints: [Who?, There., So.]', 'hints: [Who?]', 'lab.yaml, steps[0].hints: '],
    ['points: 2', 'points: 0', 'lab.yaml, steps[0].points: '],
    ['id: one', 'id: Step 1', 'lab.yaml, steps[0].id: expected lower-case words joined by hyphens'],
    ['[src/count.ts]', '[count.ts]', 'lab.yaml, edits[0]: expected a file under src/'],
    ['[src/count.ts]', '[src/../../secret.ts]', 'lab.yaml, edits[0]: expected a relative path'],
    ['[spec/count.test.ts]', '["C:\\\\spec.ts"]', 'lab.yaml, spec[0]: expected a relative path'],
    ['format: 1', 'format: 1\ncolour: red', 'lab.yaml, the document: '],
    ['minutes: 5', 'minutes: [', 'lab.yaml, line '],
  ] as const)('%s → %s', ([from, to, message]) => {
    expect(() => parseLabManifest(SOUND.replace(from, to), { file: 'lab.yaml' })).toThrow(message)
  })

  test('two steps of one name', () => {
    const twice = `${SOUND}  - { id: one, title: Two, points: 1, hints: [Who?, There., So.] }\n`

    expect(() => parseLabManifest(twice)).toThrow('lab.yaml, steps: expected ids that differ')
  })
})
