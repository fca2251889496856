/** What a rule is: it finds one kind of secret in a text, and brings the samples that prove it. */

/** [start, end) in UTF-16 code units. */
export type Span = readonly [start: number, end: number]

/** One secret a file, under `rules/`. */
export type Rule = {
  /** Lower case, digits and hyphens; it shows in placeholders. */
  readonly id: string
  /** Lower case. The rule is asked only about texts that contain one of them, in any case. */
  readonly keywords: readonly string[]
  /** Where the secrets stand: not their names, quotes or separators. Must take time linear in the text. */
  readonly find: (text: string) => Iterable<Span>
  /** Each yields a finding of this rule. Assembled at run time, so that no scanner mistakes this file for a leak. */
  readonly finds: readonly string[]
  /** None yields a finding of this rule. */
  readonly ignores: readonly string[]
  /** Asked only about texts with a run of letters and digits that is no word. */
  readonly needsRun?: true
  /** Of an order to a model: it works by its form alone (a delimiter, a link), so it is taken out and not only flagged. */
  readonly byForm?: true
  /** Asked only with `pii: true`. */
  readonly pii?: boolean
}

/**
 * Finds what a pattern matches: its first group, or the whole match when it has none.
 *
 * @param expression global, with bounded quantifiers wherever something must follow them
 * @param accepts    a last look at the text found
 */
export function pattern(expression: RegExp, accepts: (found: string) => boolean = () => true): Rule['find'] {
  const withIndices = new RegExp(expression.source, `${expression.flags}d`)
  return (text) =>
    matchesOf(text, withIndices).flatMap(({ indices }) => {
      const span = indices?.[1] ?? indices?.[0]
      return span && accepts(text.slice(...span)) ? [span] : []
    })
}

/** Keywords from lines of them, set apart by `|`. */
export function words(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('|'))
}

/** As `text.matchAll`, which makes a copy of the expression each time: most rules are asked often and find nothing. */
export function matchesOf(text: string, expression: RegExp): readonly RegExpExecArray[] {
  expression.lastIndex = 0
  let match = expression.exec(text)
  if (!match) return NONE
  const found: RegExpExecArray[] = []
  for (; match; match = expression.exec(text)) {
    found.push(match)
    if (match[0] === '') expression.lastIndex += 1
  }
  return found
}

const NONE: readonly RegExpExecArray[] = []
