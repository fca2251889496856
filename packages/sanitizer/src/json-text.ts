/** JSON kept as text: read, so that its structure counts, and written back in the layout it had. */

/** A JSON object, list or string read from a text, and its layout; undefined for any other text. */
export function parseJsonText(text: string): { value: unknown; write: (value: unknown) => string } | undefined {
  if (!/^\s{0,99}[{["]/.test(text) || !/[}\]"]\s{0,99}$/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return {
      value,
      write: (changed) => JSON.stringify(changed, null, indentOf(text)) + (/\s{1,99}$/.exec(text)?.[0] ?? ''),
    }
  } catch {
    // Not JSON after all, a log line in brackets: a text like any other.
    return undefined
  }
}

function indentOf(text: string): string {
  return /^\s{0,99}[{[]\r?\n([ \t]{1,8})\S/.exec(text)?.[1] ?? ''
}
