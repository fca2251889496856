/**
 * Seeded random numbers: same seed, same cluster. All of the generator's state is one number, so a snapshot can hold it.
 * Source: mulberry32, Tommy Ettinger, public domain. Good for variety, useless for secrets.
 */

/** Kubernetes leaves out vowels and look-alikes, so that no generated name is a word. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

export type Random = {
  /** In [0, 1). */
  next(): number
  /** A whole number in [min, max]. */
  integer(min: number, max: number): number
  pick<T>(list: readonly T[]): T
  hex(length: number): string
  /** As generateName appends it: `x7k2p`. */
  suffix(length: number): string
  uid(): string
  /** The whole state; `createRandom` of it goes on from here. */
  state: number
}

export function createRandom(seed: number): Random {
  const random: Random = {
    state: seed >>> 0,
    next() {
      random.state = (random.state + STEP) >>> 0
      return fractionOf(random.state)
    },
    integer: (min, max) => min + Math.floor(random.next() * (max - min + 1)),
    pick: (list) => list[random.integer(0, list.length - 1)]!,
    hex: (length) => letters(random, '0123456789abcdef', length),
    suffix: (length) => letters(random, SUFFIX_LETTERS, length),
    uid() {
      const digits = random.hex(31)
      const variant = '89ab'[random.integer(0, 3)]!
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(12, 15)}`,
        variant + digits.slice(15, 18),
        digits.slice(18, 30),
      ].join('-')
    },
  }
  return random
}

const STEP = 0x6d2b79f5

function fractionOf(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

/** A number in [0, 1) that depends on the text alone: for values that must not disturb the order of the others. */
export function hashFraction(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return fractionOf((hash + STEP) >>> 0)
}

/** Hex digits that depend on the text alone, for names that others must not be able to tell from drawn ones. */
export function hashHex(text: string, length: number): string {
  return createRandom(Math.floor(hashFraction(text) * 2 ** 32)).hex(length)
}

function letters(random: Random, alphabet: string, length: number): string {
  // Joined, not added up: V8 would keep each step of a sum as an object of its own for as long as the text lives.
  return Array.from({ length }, () => alphabet[random.integer(0, alphabet.length - 1)]).join('')
}
