/**
 * Matches a name against a pattern in which `*` stands for any run of characters, also none. Nothing else is special.
 * It builds no regular expression, so no pattern can be invalid or slow.
 */

/** Whether one of the patterns matches the whole name. */
export function globMatchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => globMatches(pattern, name))
}

/**
 * Whether the pattern matches the whole name.
 *
 * @example globMatches('kubernetes_*', 'kubernetes_get') // true
 */
export function globMatches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === name
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false
  return containsInOrder(name.slice(first.length, name.length - last.length), rest)
}

function containsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0
  for (const part of parts) {
    const at = text.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return true
}
