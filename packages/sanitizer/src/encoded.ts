/**
 * Base64 and hexadecimal, also twice over or around gzip as Helm keeps its releases: decoded within a budget, and masked
 * whole where a secret is inside.
 * Source: RFC 4648; Helm, pkg/storage/driver/util.go, encodeRelease.
 */
import { gunzipSync } from 'node:zlib'
import type { Rule, Span } from './rule.ts'
import { scan, type Hit } from './scan.ts'

const DEPTH_MAX = 3
const BUDGET = 2_000_000 // of decoded bytes in one text
const GZIP = Buffer.from([0x1f, 0x8b])

/** What is encoded and holds a secret, as a whole, under the secret's rule. @throws RuleFault */
export function scanEncoded(text: string, rules: readonly Rule[]): Hit[] {
  const budget = { left: BUDGET }
  return encodedIn(text, budget).flatMap(({ span, plain }) => {
    const rule = ruleInside(plain, rules, budget, 1)
    return rule === undefined ? [] : [{ rule, span }]
  })
}

/** The readable texts that are encoded in a text. */
export function decodedIn(text: string): string[] {
  const budget = { left: BUDGET }
  return encodedIn(text, budget).map(({ plain }) => plain)
}

type Budget = { left: number }
type Encoded = { readonly span: Span; readonly plain: string }

const LETTER = 'A-Za-z0-9+/_-'
const BASE64 = new RegExp(
  `(?<![=${LETTER}])[${LETTER}]{16,}(?:\\r?\\n[ \\t]{0,16}[${LETTER}]{4,})*={0,2}(?![${LETTER}])`,
  'g',
)
const HEX = /^(?:0x|\\x)?(?:[0-9a-f]{2}){10,}$/i

function encodedIn(text: string, budget: Budget): Encoded[] {
  const found: Encoded[] = []
  for (const { 0: run, index } of text.matchAll(BASE64)) {
    if (budget.left <= 0) break
    const plain = decoded(run, budget)
    if (plain !== undefined) found.push({ span: [index, index + run.length], plain })
  }
  return found
}

function ruleInside(text: string, rules: readonly Rule[], budget: Budget, depth: number): string | undefined {
  const [hit] = scan(text, rules)
  if (hit || depth === DEPTH_MAX) return hit?.rule
  for (const { plain } of encodedIn(text, budget)) {
    const rule = ruleInside(plain, rules, budget, depth + 1)
    if (rule !== undefined) return rule
  }
  return undefined
}

function decoded(run: string, budget: Budget): string | undefined {
  // A word of one kind of letters is a word; paths and names have no capitals.
  if (!HEX.test(run) && !/[A-Z].*[a-z]|[a-z].*[A-Z]/s.test(run)) return undefined
  budget.left -= run.length
  const bytes = HEX.test(run) ? Buffer.from(run.replace(/^(?:0x|\\x)/i, ''), 'hex') : Buffer.from(run, 'base64')
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
