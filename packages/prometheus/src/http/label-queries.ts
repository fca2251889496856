/**
 * Which series there are, and which labels.
 */
import { keyOf, type Labels } from '../labels.ts'
import { ParseError } from '../promql/ast.ts'
import { parse } from '../promql/parse.ts'
import { firstAfter } from '../storage.ts'
import type { Call } from './api.ts'
import { badData } from './parameters.ts'

export function seriesJson(call: Call): Labels[] {
  if (call.parameters.all('match[]').length === 0) throw badData('no match[] parameter provided')
  return limited(call, labelsThere(call))
}

export function labelNames(call: Call): string[] {
  return limited(call, [...new Set(labelsThere(call).flatMap((labels) => Object.keys(labels)))].sort())
}

export function labelValues(call: Call, name: string): string[] {
  if (!/^[a-zA-Z_]\w*$/.test(name)) throw badData(`invalid label name: ${JSON.stringify(name)}`)
  return limited(call, [...new Set(labelsThere(call).flatMap((labels) => labels[name] ?? []))].sort())
}

/** Of the series that match one of the selectors, or of all, and have a sample in the time asked for. */
function labelsThere({ parameters, engine }: Call): Labels[] {
  const [startMs, endMs] = [parameters.timeMs('start', -Infinity), parameters.timeMs('end', Infinity)]
  const selectors = parameters.all('match[]').map((text) => selectorOf(text))
  const all = (selectors.length > 0 ? selectors : [[]]).flatMap((matchers) => engine.storage.select(matchers))
  const there = all.filter(({ timesMs }) => {
    const first = firstAfter(timesMs, startMs - 1)
    return first < timesMs.length && timesMs[first]! <= endMs
  })
  return [...new Map(there.map(({ labels }) => [keyOf(labels), labels])).values()]
}

function selectorOf(text: string) {
  try {
    const expr = parse(text)
    if (expr.kind === 'vector') return expr.matchers
  } catch (fault) {
    if (fault instanceof ParseError) throw badData(`invalid parameter "match[]": ${fault.message}`)
    throw fault
  }
  throw badData(
    `invalid parameter "match[]": expected a series selector like up{job="api"}, got ${JSON.stringify(text)}`,
  )
}

function limited<T>({ parameters }: Call, found: T[]): T[] {
  const limit = Number(parameters.text('limit') || 0)
  if (!Number.isInteger(limit) || limit < 0)
    throw badData(`invalid parameter "limit": cannot parse "${parameters.text('limit')}" to a non-negative integer`)
  return limit === 0 ? found : found.slice(0, limit)
}
