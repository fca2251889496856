/**
 * Objects as a server sends them. kubectl prints what is there and tolerates what is not; the shapes are the server's
 * business, so nothing is checked here and every reader says `?.`.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the border of what is typed
export type Wire = any

/** Splits `apps/v1` into group and version; the core group is ''. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** What Go prints for a value with %v. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (typeof value === 'number') return goNumber(value)
  if (typeof value !== 'object') return String(value)
  const keys = Object.keys(value).sort(byBytes)
  return `map[${keys.map((key) => `${key}:${goText((value as Wire)[key])}`).join(' ')}]`
}

/** Numbers from JSON: whole ones are int64 to kubectl, others float64 in %v's shortest form. */
function goNumber(value: number): string {
  if (Number.isInteger(value) || (Math.abs(value) < 1e21 && Math.abs(value) >= 1e-4)) return String(value)
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Go sorts text by its bytes, JavaScript by its UTF-16 units; they differ beyond U+FFFF only. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A quoted text as Go's %q prints it. */
export function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('\\b', '\\b')
    .replaceAll(/\\u00([0-9a-f]{2})/g, '\\x$1')
}

/** Control characters of a terminal become visible. Source: cli-runtime/pkg/printers/terminal.go. */
export function harmless(text: string): string {
  return text.replaceAll('\u001B', '^[').replaceAll('\r', '\\r')
}
