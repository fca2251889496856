/** Fresh random values for the corpora, from a seed, so that a miss can be seen again. */
export type Random = {
  /** [0, 1) */
  next(): number
  int(from: number, to: number): number
  pick<T>(list: readonly T[]): T
  of(alphabet: string, length: number): string
  hex(length: number): string
  alnum(length: number): string
  lower(length: number): string
  digits(length: number): string
  base64(bytes: number): string
  /** A password as people choose them. */
  password(): string
  /** A word of no meaning. */
  word(): string
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(list: readonly T[]): T => list[int(0, list.length - 1)]!
  const of = (alphabet: string, length: number) => Array.from({ length }, () => pick([...alphabet])).join('')
  const alnum = (length: number): string => {
    // Tokens of real services hold all three kinds; a short draw may not.
    const text = of(LOWER + LOWER.toUpperCase() + DIGITS, length)
    return /\d/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text) ? text : alnum(length)
  }
  const word = () =>
    of('bcdfghjklmnprstvz', 1) + of('aeiou', 1) + of('bcdfghjklmnprstvz', 1) + of('aeiou', 1) + of(LOWER, 1)
  const password = () =>
    pick([
      () => word() + int(10, 9999),
      () => word() + pick(['!', '#', '@', '$']) + int(10, 999),
      () => alnum(int(10, 24)),
      () => `${word()}${word().toUpperCase()}${int(1, 99)}`,
      () => of(`${LOWER}${DIGITS}!%^*+?`, 14) + '7',
    ])()
  const hex = (length: number) => of('0123456789abcdef', length)
  return {
    next,
    int,
    pick,
    of,
    hex,
    alnum,
    lower: (length) => of(LOWER, length),
    digits: (length) => of(DIGITS, length),
    base64: (bytes) => Buffer.from(Array.from({ length: bytes }, () => int(0, 255))).toString('base64'),
    password,
    word,
  }
}
