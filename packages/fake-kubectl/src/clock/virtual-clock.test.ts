import { describe, expect, test } from 'vitest'
import { createRandom } from './random.ts'
import { VirtualClock } from './virtual-clock.ts'

describe('at', () => {
  test('runs what is due in the order of time, ties in the order they were asked for', () => {
    const clock = new VirtualClock(0)
    const ran: string[] = []
    clock.at(20, () => ran.push('late'))
    clock.at(10, () => ran.push('first'))
    clock.at(10, () => ran.push('second'))

    clock.advance(15)

    expect(ran).toEqual(['first', 'second'])
    expect(clock.now()).toBe(15)
  })

  test('shows each run its own time, and runs what it puts on the clock', () => {
    const clock = new VirtualClock(0)
    const seen: number[] = []
    clock.at(10, () => {
      seen.push(clock.now())
      clock.at(12, () => seen.push(clock.now()))
    })

    clock.advance(100)

    expect(seen).toEqual([10, 12])
  })

  test('can be cancelled', () => {
    const clock = new VirtualClock(0)
    const cancel = clock.at(10, () => expect.unreachable())

    cancel()
    clock.advance(100)

    expect(clock.pending).toBe(0)
  })
})

describe('sleep', () => {
  test('wakes when its time has come, not before', async () => {
    const clock = new VirtualClock(0)
    let awake = false
    const sleep = clock.sleep(10).then(() => (awake = true))

    clock.advance(9)
    await Promise.resolve()
    const early = awake
    clock.advance(1)
    await sleep

    expect([early, awake]).toEqual([false, true])
  })

  test('ends with the reason of its signal, and leaves the clock', async () => {
    const clock = new VirtualClock(0)
    const controller = new AbortController()
    const sleep = clock.sleep(10, controller.signal)

    controller.abort(new Error('enough'))

    await expect(sleep).rejects.toThrow('enough')
    expect(clock.pending).toBe(0)
  })
})

test('nextDueAtMs can leave out background work', () => {
  const clock = new VirtualClock(0)
  clock.at(5, () => {}, { background: true })
  clock.at(9, () => {})

  expect([clock.nextDueAtMs(), clock.nextDueAtMs({ foreground: true })]).toEqual([5, 9])
})

test('a random source goes on from its state', () => {
  const random = createRandom(42)
  random.uid()
  const copy = createRandom(random.state)

  expect(copy.uid()).toBe(random.uid())
})
