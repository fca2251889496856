/**
 * When two answers are equal: by the rules that the first line of `kubectl-real.jsonl` states.
 */
import type { Answer } from '../stock-kubectl.ts'
import type { Compare, Goldens, Recorded, Step } from './read.ts'

export type Place = { readonly dir: string; readonly server: string; readonly otherNamespaces: readonly string[] }
export type Difference = {
  readonly where: 'exit code' | 'stdout' | 'stderr'
  readonly real: string
  readonly got: string
}

/** What the server itself draws, and a structure is compared without. */
const DRAWN = new Set(['uid', 'resourceVersion', 'storageVersionHash', 'serverAddressByClientCIDRs'])
/** Kubernetes writes ages in one or two units: 5s, 2m, 3d4h. */
const ANY_AGE = /<age>|(?:\d+[ydhms]){1,2}/.source

export function normalize(text: string, norm: Goldens['norm'], { dir, server, otherNamespaces }: Place): string {
  const plain = text.replaceAll(dir, '<dir>').replaceAll(server, '<server>')
  const own = plain
    .split('\n')
    .filter((line) => !otherNamespaces.some((ns) => line === ns || line.startsWith(`${ns} `)))
    .join('\n')
  return norm.reduce(
    (text, [pattern, flags, replacement]) => text.replace(new RegExp(pattern, flags), replacement),
    own,
  )
}

/** @returns nothing when the answer is what the real cluster gave */
export function differences(step: Step, answer: Answer, normalized: (text: string) => string): Difference[] {
  const { real, compare } = step
  const found: Difference[] = []
  if (answer.code !== real.rc) found.push({ where: 'exit code', real: String(real.rc), got: String(answer.code) })
  if (compare === 'rc') return found
  const got = { out: normalized(answer.stdout), err: normalized(answer.stderr) }
  if (!same(compare, real.out ?? '', got.out)) found.push({ where: 'stdout', real: real.out ?? '', got: got.out })
  const saysErr = compare !== 'lastline'
  if (saysErr && !sameText(errOf(real), got.err)) found.push({ where: 'stderr', real: errOf(real), got: got.err })
  return found
}

function errOf(real: Recorded): string {
  return real.err ?? ''
}

function same(compare: Compare, real: string, got: string): boolean {
  switch (compare) {
    case 'json':
      return sameJson(real, got)
    case 'sorted':
      return sameText(sorted(real), sorted(got))
    case 'lastline':
      return sameText(lastLine(real), lastLine(got))
    default:
      return sameText(ownersSorted(real), ownersSorted(got))
  }
}

/** Who wrote last comes last; within a second that is chance, and the times are not compared. */
function ownersSorted(text: string): string {
  return text.replaceAll(/(?<=^ *managedFields:\n)(?: *- apiVersion:.*\n(?: +[^ -].*\n)+)+/gm, (entries) =>
    entries
      .split(/(?<=\n)(?= *- apiVersion:)/)
      .toSorted()
      .join(''),
  )
}

/** Where an age was recorded, any age will do. */
function sameText(real: string, got: string): boolean {
  if (real === got) return true
  if (!real.includes('<age>')) return false
  const parts = real.split('<age>').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join(`(?:${ANY_AGE})`)}$`).test(got)
}

function sameJson(real: string, got: string): boolean {
  const [left, right] = [structure(real), structure(got)]
  if (left === undefined || right === undefined) return sameText(real, got)
  return left === right
}

function structure(text: string): string | undefined {
  try {
    return JSON.stringify(sortedKeys(JSON.parse(text)))
  } catch {
    return undefined
  }
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => !DRAWN.has(key))
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, it]) => [key, sortedKeys(it)]))
}

function sorted(text: string): string {
  return text.split('\n').toSorted().join('\n')
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
