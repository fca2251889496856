/**
 * The texts of alerts: `{{ $labels.pod }} is at {{ $value | humanizePercentage }}`. Of Go's templates only pipelines of
 * `$labels`, `$value`, texts and the functions below; anything else is told as Prometheus tells a template that fails.
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
 */
import type { Labels } from '../labels.ts'
import { valueText } from '../engine/value.ts'

export type TemplateData = { readonly labels: Labels; readonly value: number }

type Word = string | number

export function expand(template: string, data: TemplateData): string {
  try {
    return template.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (_, pipeline: string) => shown(run(pipeline, data)))
  } catch (fault) {
    return `<error expanding template: ${(fault as Error).message}>`
  }
}

function run(pipeline: string, data: TemplateData): Word {
  let piped: Word | undefined
  for (const command of pipeline.split('|')) {
    const words = [...command.matchAll(/"(?:[^"\\]|\\.)*"|\S+/g)].map(([word]) => word)
    const [head = '', ...rest] = words
    const args = [...rest.map((word) => valueOf(word, data)), ...(piped === undefined ? [] : [piped])]
    const call = FUNCTIONS[head]
    if (!call && args.length > 0) throw new RangeError(`function "${head}" not defined`)
    piped = call ? call(...args) : valueOf(head, data)
  }
  return piped ?? ''
}

function valueOf(word: string, { labels, value }: TemplateData): Word {
  if (word === '$value' || word === '.Value') return value
  const [, label] = /^(?:\$labels|\.Labels)\.(\w+)$/.exec(word) ?? []
  if (label !== undefined) return labels[label] ?? ''
  if (word.startsWith('"')) return JSON.parse(word) as string
  if (word !== '' && !Number.isNaN(Number(word))) return Number(word)
  throw new RangeError(`unexpected ${JSON.stringify(word)} in command`)
}

const FUNCTIONS: Readonly<Record<string, (...args: Word[]) => Word>> = {
  humanize: (value) => scaled(Number(value), 1000, ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']),
  humanize1024: (value) => scaled(Number(value), 1024, ['', 'ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']),
  humanizePercentage: (value) => `${significant(Number(value) * 100)}%`,
  humanizeDuration: (value) => humanDuration(Number(value)),
  humanizeTimestamp: (value) =>
    new Date(Number(value) * 1000)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.000Z$/, ' +0000 UTC'),
  toUpper: (text) => String(text).toUpperCase(),
  toLower: (text) => String(text).toLowerCase(),
  title: (text) => String(text).replaceAll(/\b\w/g, (letter) => letter.toUpperCase()),
  printf: (format, ...args) => printed(String(format), args),
}

function scaled(value: number, base: number, prefixes: readonly string[]): string {
  let power = 0
  let left = value
  while (Math.abs(left) >= base && power < prefixes.length - 1) {
    left /= base
    power += 1
  }
  return `${significant(left)}${prefixes[power]}`
}

/** As Go's `%.4g`. */
function significant(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : valueText(value)
}

function humanDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return valueText(seconds)
  if (Math.abs(seconds) < 1) return seconds === 0 ? '0s' : `${significant(seconds * 1000)}ms`
  const whole = Math.floor(Math.abs(seconds))
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
  ]
  const sign = seconds < 0 ? '-' : ''
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${whole % 60}s`
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${whole % 60}s`
  if (minutes > 0) return `${sign}${minutes}m ${whole % 60}s`
  return `${sign}${significant(Math.abs(seconds))}s`
}

function printed(format: string, args: Word[]): string {
  let next = 0
  return format.replaceAll(/%(?:\.(\d+))?([fsdvgq%])/g, (_, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    const value = args[next++] ?? ''
    if (verb === 'f') return Number(value).toFixed(Number(digits ?? 6))
    if (verb === 'd') return String(Math.trunc(Number(value)))
    if (verb === 'g')
      return digits === undefined ? valueText(Number(value)) : String(Number(Number(value).toPrecision(Number(digits))))
    return verb === 'q' ? JSON.stringify(shown(value)) : shown(value)
  })
}

function shown(value: Word): string {
  return typeof value === 'number' ? valueText(value) : value
}
