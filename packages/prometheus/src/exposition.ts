/**
 * Metrics as their sources give them, and the text in which they are scraped.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { valueText } from './engine/value.ts'
import { NAME, type Labels } from './labels.ts'

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped'

export type Point = {
  /** With the name: of a histogram's buckets, `x_bucket`. */
  readonly labels: Labels
  readonly value: number
  /** Since when there is something to measure, in milliseconds; for ever when absent. */
  readonly sinceMs?: number | undefined
  /** What it was earlier, before anybody measured; what it is when absent. */
  readonly earlier?: ((atMs: number) => number) | undefined
}

/** What a source tells under one name. */
export type Family = {
  readonly name: string
  readonly type: MetricType
  readonly help: string
  /** Are its values Unix times? */
  readonly holdsTimes?: boolean | undefined
  readonly points: readonly Point[]
}

export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

/** @param shift seconds to add to values that are times */
export function exposition(families: readonly Family[], shift = 0): string {
  return families
    .filter(({ points }) => points.length > 0)
    .map((family) => textOf(family, shift))
    .join('')
}

function textOf({ name, type, help, holdsTimes, points }: Family, shift: number): string {
  const lines = points.map(({ labels, value }) => {
    const { [NAME]: own = name, ...rest } = labels
    const pairs = Object.entries(rest).map(([label, text]) => `${label}="${escaped(text)}"`)
    const braces = pairs.length > 0 ? `{${pairs.join(',')}}` : ''
    return `${own}${braces} ${valueText(holdsTimes ? value + shift : value)}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
