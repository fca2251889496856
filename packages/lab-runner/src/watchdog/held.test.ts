import { expect, test } from 'vitest'
import { isHeld } from './held.ts'

test.each([
  ['has just moved', 0, 0, false],
  ['has worked for a while', 7900, 7900, false],
  ['works on and on', 8000, 8000, true],
  ['works on and on, on a machine that others use, too', 8000, 13_000, true],
  ['waits for its turn on a busy machine', 500, 9000, false],
  ['sleeps and lets nobody else run', 10, 15_000, true],
])('a thread that %s', (_, workMs, clockMs, held) => {
  expect(isHeld({ workMs, clockMs })).toBe(held)
})
