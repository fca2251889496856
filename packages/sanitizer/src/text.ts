/** One text: finds secrets in its shadow, puts placeholders into the text, strips what nobody can see. */
import { DISGUISE_WORDS, disguisesOf, evenlySpaced } from './disguises.ts'
import { encodedIn, type Encoded } from './encoded.ts'
import { allInjectionRules } from './injection/all.ts'
import { hiddenText } from './injection/hidden-text.ts'
import { searchFor, type KeywordSearch } from './keywords.ts'
import { withoutPlaceholders, withoutWords, type Placeholders } from './placeholder.ts'
import type { Rule, Span } from './rule.ts'
import { hitsOf, joined, scan, type Hit } from './scan.ts'
import { shadowOf, stripInvisible, type Shadow } from './shadow.ts'
import { traitsOf } from './traits.ts'
import { viewsOf, type Read } from './views.ts'

/** What came of a text; spans point into the text that was given. */
export type Sanitized = { readonly text: string; readonly hits: readonly Hit[]; readonly injection: readonly Hit[] }

/** What a text is judged by. */
export type TextRules = { readonly rules: readonly Rule[]; readonly placeholders: Placeholders }

/**
 * Masks one text, once. What a mask brings together may be a finding of the next call; `sanitize` sees to that.
 *
 * @throws RuleFault when a rule throws
 */
export function sanitizeText(text: string, { rules, placeholders }: TextRules): Sanitized {
  const shadow = shadowOf(text)
  const readings = readingsOf(withoutWords(shadow.text), rules)
  const orders = hitsOf(readings.text, readings.asked.orders)
  const injection = [...orders, ...hiddenOrdersIn(readings, orders)].map(({ rule, span }) => ({
    rule,
    span: shadow.toOriginal(span),
  }))
  // A plain text is its own shadow, and hides nothing.
  if (shadow.text !== text) injection.push(...scan(text, HIDDEN))
  const hits = secretsIn(readings, rules)
  const masked = mask(text, { shadow, hits, placeholders })
  // Once no secret is left in it, so that a link which carries one is a finding first.
  if (masked.hits.length > 0 || orders.length === 0) return { ...masked, injection }
  // Asked by themselves: where words and a delimiter overlap, `orders` has both as one.
  const forms = hitsOf(
    readings.text,
    readings.asked.orders.filter(({ byForm }) => byForm),
  )
  const disarmed = mask(text, { shadow, hits: forms, placeholders: (rule) => `<injection:${rule}>` })
  return { text: disarmed.text, hits: [], injection }
}

const HIDDEN = [hiddenText]

/** A text, what may be in it, and what else it may be read as. */
type Readings = {
  readonly text: string
  /** The rules that have a keyword in it: for secrets, and for orders to a model. */
  readonly asked: { readonly secrets: readonly Rule[]; readonly orders: readonly Rule[] }
  readonly encoded: readonly Encoded[]
  readonly views: readonly Read[]
  readonly disguises: readonly string[]
}

function readingsOf(text: string, rules: readonly Rule[]): Readings {
  const traits = traitsOf(text)
  const found = searchIn(text, rules)
  const [orders, disguises] = [rules.length, rules.length + allInjectionRules.length]
  const secrets = found.filter((index) => index < orders).map((index) => rules[index]!)
  return {
    text,
    asked: {
      secrets: secrets.filter(({ needsRun }) => traits.run || !needsRun),
      orders: found.flatMap((index) => (index < orders ? [] : (allInjectionRules[index - orders] ?? []))),
    },
    encoded: traits.run ? encodedIn(text) : [],
    views: viewsOf(text, traits),
    disguises: disguisesOf(
      text,
      traits,
      found.map((index) => index - disguises),
    ),
  }
}

/** One pass for all words that anybody looks for: secrets, orders, disguises, in this order. */
function searchIn(text: string, rules: readonly Rule[]): readonly number[] {
  let search = searches.get(rules)
  if (!search) {
    search = searchFor([...[...rules, ...allInjectionRules].map(({ keywords }) => keywords), ...DISGUISE_WORDS])
    searches.set(rules, search)
  }
  return search(text)
}

const searches = new WeakMap<readonly Rule[], KeywordSearch>()

/** In whatever else a model might read the text as; the whole text is the place. */
function hiddenOrdersIn({ text, encoded, views, disguises }: Readings, plain: readonly Hit[]): Hit[] {
  const others = [...encoded.map((it) => it.plain), ...views.map((it) => it.text), ...disguises]
  if (others.length === 0) return []
  const hidden = others.flatMap((other) => scan(evenlySpaced(other), allInjectionRules))
  const known = new Set(plain.map(({ rule }) => rule))
  const more = new Set(hidden.map(({ rule }) => rule).filter((rule) => !known.has(rule)))
  return [...more].map((rule) => ({ rule, span: [0, text.length] as const }))
}

/** As they stand, and as they stand once the text is decoded or put together again. */
function secretsIn({ text, asked, encoded, views }: Readings, rules: readonly Rule[]): Hit[] {
  const plain = hitsOf(text, asked.secrets)
  if (encoded.length + views.length === 0) return plain
  const inside = encoded.flatMap(({ span, plain: inner }) => scan(inner, rules).map(({ rule }) => ({ rule, span })))
  const seen = views.flatMap((view) =>
    scan(view.text, rules).map(({ rule, span }) => ({ rule, span: view.toOriginal(span) })),
  )
  const hidden = [...inside, ...seen].filter((hit) => !isKnown(plain, hit))
  return hidden.length === 0 ? plain : joined([...plain, ...hidden])
}

/** What is found in plain is found whole; a view may put more to it that is no part of it. */
function isKnown(plain: readonly Hit[], { span: [start, end] }: Hit): boolean {
  // They are in order and do not overlap: the first that ends behind the start decides.
  let [low, high] = [0, plain.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (plain[middle]!.span[1] <= start) low = middle + 1
    else high = middle
  }
  const hit = plain[low]
  return hit !== undefined && hit.span[0] < end && hit.rule !== 'random-token'
}

type Found = { readonly shadow: Shadow; readonly hits: readonly Hit[]; readonly placeholders: Placeholders }

function mask(text: string, { shadow, hits: found, placeholders }: Found): { text: string; hits: Hit[] } {
  const hits: Hit[] = []
  const parts: string[] = []
  let from = 0
  for (const { rule, span } of found) {
    for (const piece of withoutPlaceholders(shadow.text, span)) {
      const [start, end] = shadow.toOriginal(piece)
      const secret = placeholders(rule, shadow.text.slice(...piece))
      parts.push(stripInvisible(text.slice(from, start)), isBareJson(shadow.text, piece) ? `"${secret}"` : secret)
      hits.push({ rule, span: [start, end] })
      from = end
    }
  }
  parts.push(stripInvisible(text.slice(from)))
  return { text: parts.join(''), hits }
}

/** A bare value after a quoted name, `"pin": 1234`: its placeholder needs quotes for JSON to stay JSON. */
function isBareJson(text: string, [start, end]: Span): boolean {
  return /"[ \t]{0,8}:[ \t]{0,8}$/.test(text.slice(Math.max(0, start - 20), start)) && !/["\\]/.test(text[end] ?? '')
}
