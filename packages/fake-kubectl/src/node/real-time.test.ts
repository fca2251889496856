import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { VirtualClock } from '../clock/virtual-clock.ts'
import { coupleToRealTime, type RealTime } from './real-time.ts'

const START_MS = Date.parse('2026-01-15T09:00:00Z')
const WALL_MS = Date.parse('2030-05-01T12:00:00Z')

let clock: VirtualClock
let time: RealTime

beforeEach(() => {
  vi.useFakeTimers({ now: WALL_MS })
  clock = new VirtualClock(START_MS)
})
afterEach(() => {
  time.stop()
  vi.useRealTimers()
})

/** What a client sees of a thing that happened at this virtual time: how many seconds ago, by its own clock. */
function ageShown(atMs: number): number {
  return (Date.now() - (atMs + clock.shownOffsetMs)) / 1000
}

describe('a clock that runs with real time', () => {
  test('passes at its speed, and runs what is due', () => {
    time = coupleToRealTime(clock, { speed: 60 })
    const ran: number[] = []
    clock.at(START_MS + 120_000, () => ran.push(clock.now()))

    vi.advanceTimersByTime(2000)

    expect(ran).toEqual([START_MS + 120_000])
    expect(clock.now()).toBe(START_MS + 120_000)
  })

  test('shows virtual now as now, at any speed, paused, and after a jump', () => {
    time = coupleToRealTime(clock, { speed: 10 })
    const agesAfter = (ms: number) => {
      vi.advanceTimersByTime(ms)
      time.catchUp()
      return ageShown(clock.now())
    }

    const ages = [agesAfter(1500)]
    time.pause()
    ages.push(agesAfter(60_000))
    time.fastForward(3_600_000)
    ages.push(agesAfter(0))
    time.resume()
    ages.push(agesAfter(700))
    time.setSpeed(0.5)
    ages.push(agesAfter(3333))

    for (const age of ages) {
      expect(age).toBeGreaterThanOrEqual(0)
      expect(age).toBeLessThan(1)
    }
  })

  test('makes what was older by a jump', () => {
    time = coupleToRealTime(clock)

    time.fastForward(300_000)

    expect(ageShown(START_MS)).toBeCloseTo(300, 0)
  })

  test('keeps its offset at speed 1, so that what was encoded stays good', () => {
    time = coupleToRealTime(clock)
    const offsets = new Set<number>()

    for (let i = 0; i < 50; i++) {
      vi.advanceTimersByTime(137)
      time.catchUp()
      offsets.add(clock.shownOffsetMs)
    }

    expect(offsets.size).toBe(1)
  })

  test('stands still while it is paused; a step goes to what is due next', () => {
    time = coupleToRealTime(clock)
    const ran: string[] = []
    clock.at(START_MS + 5000, () => ran.push('first'))
    clock.at(START_MS + 9000, () => ran.push('second'))
    time.pause()

    vi.advanceTimersByTime(60_000)
    const before = [...ran]
    const passed = time.step()

    expect([before, passed, ran]).toEqual([[], 5000, ['first']])
    expect(clock.now()).toBe(START_MS + 5000)
    expect(time.speed).toBe(0)
  })

  test('counts what has passed at the speed it had', () => {
    time = coupleToRealTime(clock, { speed: 100 })
    vi.advanceTimersByTime(500)

    time.setSpeed(1)
    vi.advanceTimersByTime(1000)
    time.catchUp()

    expect(clock.now()).toBe(START_MS + 51_000)
  })

  test.each([-1, Number.NaN, Infinity])('refuses speed %s', (speed) => {
    time = coupleToRealTime(clock)

    expect(() => time.setSpeed(speed)).toThrow(/expected a number from 0/)
  })

  test('has nothing to step to where nothing is due', () => {
    time = coupleToRealTime(clock)

    expect(time.step()).toBeUndefined()
  })
})
