/** What stands in a secret's place: `<secret:RULE:N>`. Equal secrets get an equal N within one call, so they can be compared. */
import type { Span } from './rule.ts'

/** Gives each secret of one call its number, by first appearance. */
export type Placeholders = (rule: string, secret: string) => string

/** Starts counting for one call. */
export function createPlaceholders(): Placeholders {
  const numbers = new Map<string, number>()
  return (rule, secret) => {
    const number = numbers.get(secret) ?? numbers.size + 1
    numbers.set(secret, number)
    return `<secret:${rule}:${number}>`
  }
}

const PLACEHOLDER = /<secret:[a-z0-9-]{1,40}:\d{1,9}>/g

/** Whether the text is a placeholder and nothing else. */
export function isPlaceholder(text: string): boolean {
  return text.replace(PLACEHOLDER, '') === '' && text !== ''
}

/** The text with its placeholders blotted out, unit by unit, so that no rule reads their words as names. */
export function withoutWords(text: string): string {
  if (!text.includes('<secret:')) return text
  return text.replace(PLACEHOLDER, (found) => `<${'·'.repeat(found.length - 2)}>`)
}

/** The span without the placeholders in it: what is left of a finding that an earlier call has masked in part. */
export function withoutPlaceholders(text: string, [start, end]: Span): Span[] {
  const left: Span[] = []
  let from = start
  for (const { 0: placeholder, index } of placeholdersNear(text, [start, end])) {
    if (index > from) left.push([from, Math.min(index, end)])
    from = Math.max(from, index + placeholder.length)
  }
  if (from < end) left.push([from, end])
  return left
}

const LONGEST = 64 // of a placeholder; one may begin before the span

function placeholdersNear(text: string, [start, end]: Span): { 0: string; index: number }[] {
  const from = Math.max(0, start - LONGEST)
  const near = text.slice(from, end + LONGEST)
  if (!near.includes('<secret:')) return []
  return [...near.matchAll(PLACEHOLDER)]
    .map((match) => ({ 0: match[0], index: match.index + from }))
    .filter(({ 0: found, index }) => index < end && index + found.length > start)
}
