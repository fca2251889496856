/**
 * Labels: what a series is known by. A set of labels is a plain object that nobody changes once it is made; two that say
 * the same have the same key.
 */

export type Labels = Readonly<Record<string, string>>

/** The label that holds a metric's name. */
export const NAME = '__name__'

const keys = new WeakMap<Labels, string>()
const nameless = new WeakMap<Labels, Labels>()

/** The same text for all labels that say the same; sorts as Prometheus sorts series. */
export function keyOf(labels: Labels): string {
  const known = keys.get(labels)
  if (known !== undefined) return known
  const names = Object.keys(labels).sort()
  const key = names.map((name) => `${name}\u0001${labels[name]}`).join('\u0002')
  keys.set(labels, key)
  return key
}

/** What is left of a series' labels once its value is no longer the metric's own. */
export function withoutName(labels: Labels): Labels {
  if (!(NAME in labels)) return labels
  const known = nameless.get(labels)
  if (known) return known
  const { [NAME]: _, ...rest } = labels
  nameless.set(labels, rest)
  return rest
}

export function only(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((name) => (labels[name] ? [[name, labels[name]]] : [])))
}

export function except(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
}

/** With one label set; an empty value is no label. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  return value === '' ? except(labels, [name]) : { ...labels, [name]: value }
}

export type MatchOp = '=' | '!=' | '=~' | '!~'

export type Matcher = {
  readonly name: string
  readonly op: MatchOp
  readonly value: string
  /** Of a label that is absent, the value is empty. */
  matches(value: string): boolean
}

/** @throws RangeError for a regular expression that is none */
export function matcher(name: string, op: MatchOp, value: string): Matcher {
  const fits = op.endsWith('~') ? anchored(value) : (text: string) => text === value
  const wanted = op === '=' || op === '=~'
  return { name, op, value, matches: (text) => fits(text) === wanted }
}

export function matchesAll(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ name, matches }) => matches(labels[name] ?? ''))
}

/** Prometheus' expressions are RE2's and fit the whole text; what RE2 has and JavaScript writes otherwise is rewritten. */
function anchored(expression: string): (text: string) => boolean {
  const pattern = compiled(expression)
  return (text) => pattern.test(text)
}

/** @throws RangeError for a regular expression that is none */
export function compiled(expression: string): RegExp {
  const [, flags = '', body = expression] = /^\(\?([ism]+)\)(.*)$/s.exec(expression) ?? []
  const source = body.replaceAll('(?P<', '(?<').replaceAll(String.raw`\z`, '$')
  try {
    return new RegExp(`^(?:${source})$`, [...new Set(`s${flags}`)].join(''))
  } catch {
    throw new RangeError(`error parsing regexp: ${JSON.stringify(expression)}`)
  }
}
