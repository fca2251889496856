/** Cuts a text that is too long for a model, and says so in the text. */

/**
 * Cuts where a line or a word ends, unless that would take half of what may be shown.
 *
 * @param total how long the text was, for the note
 */
export function cut(text: string, maxLength: number, total: number): string {
  if (text.length <= maxLength) return text
  const head = text.slice(0, maxLength)
  const gap = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '))
  const shown = gap < maxLength / 2 ? head.replace(HALF_A_LETTER, '') : head.slice(0, gap)
  return `${shown}\n[truncated: ${shown.length} of ${total} characters shown; ask for less, or with a filter]`
}

const HALF_A_LETTER = /[\uD800-\uDBFF]$/
