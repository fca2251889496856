/**
 * The links of the chain: what an entry is, how its hash comes about, and whether a run of lines is one unbroken chain.
 * It does not know where the lines are kept.
 *
 * The chain shows that somebody changed it; it does not stop them. Whoever can rewrite the whole file can make a new,
 * intact chain: to notice that, or a cut tail, keep a receipt of the head elsewhere.
 */
import { createHash } from 'node:crypto'

import { canonicalJson } from './canonical.ts'

/** One row. `hash` is SHA-256, in hex, over the canonical JSON of the other four fields. */
export type Entry<R> = {
  /** 1, 2, 3 … */
  readonly seq: number
  /** ISO 8601, UTC. */
  readonly time: string
  readonly record: R
  /** The hash of the entry before; 64 zeros for the first. */
  readonly prev: string
  readonly hash: string
}

/** Where a chain stood: its length and the hash of its last entry. Kept elsewhere, it shows a cut or rewritten tail. */
export type Head = { readonly length: number; readonly hash: string }

/** What was found. `line` counts from 1. */
export type Verdict =
  | { readonly kind: 'intact'; readonly head: Head }
  | {
      readonly kind: 'broken'
      /** `unreadable`: no entry. `altered`: not what was hashed. `unlinked`: an entry is missing, added or moved before it. `cut`: shorter than the receipt. */
      readonly fault: 'unreadable' | 'altered' | 'unlinked' | 'cut'
      readonly line: number
      readonly message: string
    }

/** The head of a chain without entries. */
export const EMPTY: Head = { length: 0, hash: '0'.repeat(64) }

/** Makes the entry that follows `head`. */
export function link<R>(head: Head, time: string, record: R): Entry<R> {
  const body = { seq: head.length + 1, time, record, prev: head.hash }
  return { ...body, hash: hashOf(body) }
}

/** The line of an entry, without its newline. There is exactly one for each entry. */
export function lineOf(entry: Entry<unknown>): string {
  return canonicalJson(entry)
}

/**
 * Checks that lines are one unbroken chain from its first entry.
 *
 * @param lines   without newlines, in file order
 * @param receipt a head noted earlier: the chain must still contain it; it may have grown since
 * @returns       the head, or the first line that breaks the chain, and how
 */
export function verify(lines: Iterable<string>, receipt?: Head): Verdict {
  let head = EMPTY
  if (receipt?.length === 0 && receipt.hash !== EMPTY.hash) return mismatch(0)
  for (const line of lines) {
    const checked = follow(head, line)
    if ('kind' in checked) return checked
    head = checked
    if (head.length === receipt?.length && head.hash !== receipt.hash) return mismatch(head.length)
  }
  return receipt && head.length < receipt.length ? cut(head.length, receipt.length) : { kind: 'intact', head }
}

/** The head after this line, or how it breaks the chain. */
function follow(head: Head, line: string): Head | Verdict {
  const at = head.length + 1
  const entry = parseEntry(line)
  if (!entry) return broken('unreadable', at, 'no journal entry; restore this line, or keep the file as evidence')
  if (hashOf(entry) !== entry.hash || lineOf(entry) !== line) {
    return broken('altered', at, `entry ${entry.seq} is not what was written: its hash does not match`)
  }
  if (entry.seq !== at || entry.prev !== head.hash) {
    return broken(
      'unlinked',
      at,
      `expected entry ${at} after the entry before it, found entry ${entry.seq}; one is missing, added or moved`,
    )
  }
  return { length: at, hash: entry.hash }
}

/** Reads a line, or answers undefined when it is no entry. Whether its hash is right is another question. */
export function parseEntry(line: string): Entry<unknown> | undefined {
  const value = parseJson(line) as Partial<Entry<unknown>> | null | undefined
  if (typeof value !== 'object' || value === null) return undefined
  const { seq, time, prev, hash } = value
  const texts = typeof time === 'string' && typeof prev === 'string' && typeof hash === 'string'
  const whole = texts && Number.isSafeInteger(seq) && 'record' in value && Object.keys(value).length === FIELDS
  return whole ? (value as Entry<unknown>) : undefined
}

const FIELDS = 5 // of an entry; a sixth would be outside its hash

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function hashOf({ seq, time, record, prev }: Omit<Entry<unknown>, 'hash'>): string {
  return createHash('sha256').update(canonicalJson({ seq, time, record, prev })).digest('hex')
}

function mismatch(line: number): Verdict {
  return broken('altered', line, `entry ${line} is intact but not the one of the receipt: the chain was written anew`)
}

function cut(length: number, expected: number): Verdict {
  return broken('cut', length + 1, `expected at least ${expected} entries, found ${length}: the tail was cut`)
}

function broken(fault: Extract<Verdict, { kind: 'broken' }>['fault'], line: number, message: string): Verdict {
  return { kind: 'broken', fault, line, message: `line ${line}: ${message}` }
}
