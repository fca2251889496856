/**
 * Base64 and hexadecimal, also twice over or around gzip as Helm keeps its releases: decoded within a budget.
 * Source: RFC 4648; Helm, pkg/storage/driver/util.go, encodeRelease.
 */
import { gunzipSync } from 'node:zlib'
import { matchesOf, type Span } from './rule.ts'

const DEPTH_MAX = 3
const BUDGET = 2_000_000 // of decoded bytes in one text
const GZIP = Buffer.from([0x1f, 0x8b])

/** A readable text that is encoded in another one, and where. */
export type Encoded = { readonly span: Span; readonly plain: string }

type Budget = { left: number }

/** All of them, also those within others, at the place of the outermost. */
export function encodedIn(text: string): Encoded[] {
  return within(text, { left: BUDGET }, 1)
}

function within(text: string, budget: Budget, depth: number): Encoded[] {
  return directlyIn(text, budget).flatMap((outer) => {
    const inner = depth < DEPTH_MAX ? within(outer.plain, budget, depth + 1) : []
    return [outer, ...inner.map(({ plain }) => ({ span: outer.span, plain }))]
  })
}

const LETTER = 'A-Za-z0-9+/_-'
const BASE64 = new RegExp(
  `(?<![=${LETTER}])[${LETTER}]{16,}(?:\\r?\\n[ \\t]{0,16}[${LETTER}]{4,})*={0,2}(?![${LETTER}])`,
  'g',
)
const HEX = /^(?:0x)?(?:[0-9a-f]{2}){10,}$/i

function directlyIn(text: string, budget: Budget): Encoded[] {
  const found: Encoded[] = []
  for (const { 0: run, index } of matchesOf(text, BASE64)) {
    if (budget.left <= 0) break
    const plain = decoded(run, budget)
    if (plain !== undefined) found.push({ span: [index, index + run.length], plain })
  }
  return found
}

function decoded(run: string, budget: Budget): string | undefined {
  const isHex = HEX.test(run)
  // A word of one kind of letters is a word; paths and names have no capitals.
  if (!isHex && !/[A-Z].*[a-z]|[a-z].*[A-Z]/s.test(run)) return undefined
  budget.left -= run.length
  const bytes = isHex ? Buffer.from(run.replace(/^0x/i, ''), 'hex') : Buffer.from(run, 'base64')
  if (bytes.subarray(0, 2).equals(GZIP)) return unzipped(bytes, budget)
  return readable(bytes)
}

function unzipped(bytes: Buffer, budget: Budget): string | undefined {
  try {
    const plain = gunzipSync(bytes, { maxOutputLength: Math.max(1, budget.left) })
    budget.left -= plain.length
    return readable(plain)
  } catch {
    // Cut short, or no gzip after all: there is nothing to read in it.
    return undefined
  }
}

/** As text, if it is one: random bytes are none. */
function readable(bytes: Buffer): string | undefined {
  // Before all of it is looked at: what is binary shows soon.
  if (!isPrintable(bytes.subarray(0, 24))) return undefined
  const text = bytes.toString('utf8')
  return isPrintable(bytes) && !text.includes('\ufffd') ? text : undefined
}

function isPrintable(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13)
}
