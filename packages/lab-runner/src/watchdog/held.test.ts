import { expect, test } from 'vitest'
import { isHeld } from './held.ts'

test.each([
  ['has just moved', 0, 0, false],
  ['has worked for a while', 3900, 3900, false],
  ['works on and on', 4000, 4000, true],
  ['works on and on, on a machine that others use, too', 4000, 9000, true],
  ['waits for its turn on a busy machine', 500, 9000, false],
  ['sleeps and lets nobody else run', 10, 15_000, true],
])('a thread that %s', (_, workMs, clockMs, held) => {
  expect(isHeld({ workMs, clockMs })).toBe(held)
})
