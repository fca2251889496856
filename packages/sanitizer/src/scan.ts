/** Asks rules about one text. Cheap first: a rule is asked only when one of its keywords is there. */
import { searchFor, type KeywordSearch } from './keywords.ts'
import type { Rule, Span } from './rule.ts'

/** Where a rule found something. */
export type Hit = { readonly rule: string; readonly span: Span }

/** A rule that failed. It says which, never why: the message might quote the text. */
export class RuleFault extends Error {
  readonly rule: string

  constructor(rule: string) {
    super(`rule ${rule} failed`)
    this.rule = rule
  }
}

/**
 * Everything the rules find, in the order of the text, without overlaps: hits that touch the same text become one, named
 * by the rule that was asked first.
 *
 * @throws RuleFault when a rule throws
 */
export function scan(text: string, rules: readonly Rule[]): Hit[] {
  let search = searches.get(rules)
  if (!search) {
    search = searchFor(rules.map(({ keywords }) => keywords))
    searches.set(rules, search)
  }
  return hitsOf(
    text,
    search(text).map((index) => rules[index]!),
  )
}

const searches = new WeakMap<readonly Rule[], KeywordSearch>()

/** The same for rules of which it is known that a keyword is there. */
export function hitsOf(text: string, rules: readonly Rule[]): Hit[] {
  if (rules.length === 0) return []
  const hits = rules.flatMap((rule) => ask(rule, text))
  return hits.length === 0 ? hits : joined(hits)
}

function ask(rule: Rule, text: string): Hit[] {
  try {
    return [...rule.find(text)].filter(([start, end]) => end > start).map((span) => ({ rule: rule.id, span }))
  } catch {
    throw new RuleFault(rule.id)
  }
}

/** Sorted, and without overlaps. */
export function joined(hits: readonly Hit[]): Hit[] {
  const out: Hit[] = []
  // The sort keeps the order of the rules among hits that begin together.
  for (const hit of [...hits].sort((a, b) => a.span[0] - b.span[0])) {
    const last = out.at(-1)
    if (!last || hit.span[0] >= last.span[1]) {
      out.push(hit)
    } else if (hit.span[1] > last.span[1]) {
      out[out.length - 1] = { rule: last.rule, span: [last.span[0], hit.span[1]] }
    }
  }
  return out
}
