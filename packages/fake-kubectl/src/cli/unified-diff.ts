/**
 * The difference of two texts as `diff -u` tells it, for machines without that program.
 */

const CONTEXT_LINES = 3

type Edit = { readonly kind: ' ' | '-' | '+'; readonly line: string }

/** @returns '' when they are equal */
export function unifiedDiff(
  before: string,
  after: string,
  names: { readonly before: string; readonly after: string },
): string {
  if (before === after) return ''
  const edits = editsBetween(linesOf(before), linesOf(after))
  const hunks = hunksOf(edits).map((hunk) => hunkText(edits, hunk))
  return `--- ${names.before}\n+++ ${names.after}\n${hunks.join('')}`
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** By the longest common subsequence: objects are short. */
function editsBetween(a: readonly string[], b: readonly string[]): Edit[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
    }
  }
  const edits: Edit[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push({ kind: ' ', line: a[i++]! })
      j += 1
    } else if (i < a.length && (j >= b.length || lengths[i + 1]![j]! >= lengths[i]![j + 1]!))
      edits.push({ kind: '-', line: a[i++]! })
    else edits.push({ kind: '+', line: b[j++]! })
  }
  return edits
}

type Hunk = { from: number; to: number }

/** Changes with the lines around them; those that touch are one. */
function hunksOf(edits: readonly Edit[]): Hunk[] {
  const hunks: Hunk[] = []
  edits.forEach(({ kind }, i) => {
    if (kind === ' ') return
    const [from, to] = [Math.max(0, i - CONTEXT_LINES), Math.min(edits.length, i + CONTEXT_LINES + 1)]
    const last = hunks.at(-1)
    if (last && from <= last.to) last.to = to
    else hunks.push({ from, to })
  })
  return hunks
}

function hunkText(edits: readonly Edit[], { from, to }: Hunk): string {
  const count = (part: readonly Edit[], other: '-' | '+'): number => part.filter(({ kind }) => kind !== other).length
  const [earlier, own] = [edits.slice(0, from), edits.slice(from, to)]
  const range = (other: '-' | '+'): string => {
    const [start, length] = [count(earlier, other), count(own, other)]
    const first = length === 0 ? start : start + 1
    return length === 1 ? `${first}` : `${first},${length}`
  }
  return `@@ -${range('+')} +${range('-')} @@\n${own.map(({ kind, line }) => `${kind}${line}\n`).join('')}`
}
