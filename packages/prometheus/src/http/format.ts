/**
 * Values as the API writes them: numbers as text, times in seconds of the client's clock.
 */
import type { RangeSeries } from '../engine/query.ts'
import { valueText, type Value } from '../engine/value.ts'

export class Moments {
  readonly #offsetMs: number

  /** @param offsetMs what the client's clock shows more than ours */
  constructor(offsetMs: number) {
    this.#offsetMs = offsetMs
  }

  seconds(atMs: number): number {
    return (atMs + this.#offsetMs) / 1000
  }

  text(atMs: number): string {
    return new Date(atMs + this.#offsetMs).toISOString()
  }
}

export function valueJson(value: Value, atMs: number, moments: Moments): { resultType: string; result: unknown } {
  const at = moments.seconds(atMs)
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: [at, valueText(value.value)] }
    case 'string':
      return { resultType: 'string', result: [at, value.value] }
    case 'vector':
      return {
        resultType: 'vector',
        result: value.samples.map(({ labels, value: it }) => ({ metric: labels, value: [at, valueText(it)] })),
      }
    case 'matrix': {
      const series = value.ranges.stretches.map(({ labels, timesMs, values }) => ({
        labels,
        points: timesMs.map((timeMs, i) => [timeMs, values[i]!] as const),
      }))
      return { resultType: 'matrix', result: matrixJson(series, moments) }
    }
  }
}

export function matrixJson(series: readonly RangeSeries[], moments: Moments): unknown[] {
  return series.map(({ labels, points }) => ({
    metric: labels,
    values: points.map(([atMs, value]) => [moments.seconds(atMs), valueText(value)]),
  }))
}
