/**
 * Inflates one zlib stream that comes in pieces, each flushed to a whole byte, with a preset dictionary: what SPDY does to
 * its headers. Written out because the platform's own decompression knows no dictionary.
 * Source: RFC 1950, RFC 1951.
 */

type Table = { readonly counts: Uint16Array; readonly symbols: Uint16Array }

const WINDOW_BYTES = 32_768 // RFC 1951: no distance is larger
const LENGTH_BASES = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12_289, 16_385, 24_577,
]
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const END_OF_BLOCK = 256
const FIXED_LENGTHS = tableOf([...fill(144, 8), ...fill(112, 9), ...fill(24, 7), ...fill(8, 8)])
const FIXED_DISTANCES = tableOf(fill(30, 5))

export class Inflater {
  /** The dictionary, then all that came out, as far as it may be referred to. */
  #window: number[]
  #started = false
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #bits = 0
  #bitCount = 0

  constructor(dictionary: Uint8Array) {
    this.#window = [...dictionary]
  }

  /** The text of the next piece. @throws RangeError for what is no such stream */
  inflate(piece: Uint8Array): Uint8Array {
    this.#bytes = piece
    this.#at = this.#started ? 0 : headerLength(piece)
    this.#started = true
    this.#bitCount = 0
    const before = this.#window.length
    while (this.#at < piece.length) if (this.#block()) break
    const text = Uint8Array.from(this.#window.slice(before))
    this.#window = this.#window.slice(-WINDOW_BYTES)
    return text
  }

  /** @returns whether it was the last of the stream */
  #block(): boolean {
    const last = this.#take(1) === 1
    const kind = this.#take(2)
    if (kind === 0) this.#stored()
    else if (kind === 1) this.#codes(FIXED_LENGTHS, FIXED_DISTANCES)
    else if (kind === 2) this.#codes(...this.#tables())
    else throw new RangeError('inflate: no such kind of block')
    return last
  }

  #stored(): void {
    this.#bitCount = 0
    const length = this.#byte() | (this.#byte() << 8)
    this.#at += 2
    for (let i = 0; i < length; i++) this.#window.push(this.#byte())
  }

  #codes(lengths: Table, distances: Table): void {
    for (;;) {
      const symbol = this.#symbol(lengths)
      if (symbol === END_OF_BLOCK) return
      if (symbol < END_OF_BLOCK) this.#window.push(symbol)
      else this.#copy(symbol - END_OF_BLOCK - 1, distances)
    }
  }

  #copy(code: number, distances: Table): void {
    const length = (LENGTH_BASES[code] ?? 0) + this.#take(LENGTH_BITS[code] ?? 0)
    const far = this.#symbol(distances)
    const distance = (DISTANCE_BASES[far] ?? Infinity) + this.#take(far < 4 ? 0 : (far >> 1) - 1)
    if (distance > this.#window.length) throw new RangeError('inflate: a distance leads out of the window')
    for (let i = 0; i < length; i++) this.#window.push(this.#window[this.#window.length - distance]!)
  }

  #tables(): [Table, Table] {
    const lengths = this.#take(5) + 257
    const distances = this.#take(5) + 1
    const count = this.#take(4) + 4
    const order = fill(19, 0)
    for (let i = 0; i < count; i++) order[CODE_ORDER[i]!] = this.#take(3)
    const codes = tableOf(order)
    const all: number[] = []
    while (all.length < lengths + distances) {
      const symbol = this.#symbol(codes)
      if (symbol < 16) all.push(symbol)
      else if (symbol === 16) all.push(...fill(3 + this.#take(2), all.at(-1) ?? 0))
      else all.push(...fill(symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7), 0))
    }
    return [tableOf(all.slice(0, lengths)), tableOf(all.slice(lengths))]
  }

  /** The next symbol: codes grow bit by bit, and are counted from the first of each length. */
  #symbol({ counts, symbols }: Table): number {
    let [code, first, index] = [0, 0, 0]
    for (let length = 1; length < 16; length++) {
      code |= this.#take(1)
      const count = counts[length]!
      if (code - count < first) return symbols[index + code - first]!
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw new RangeError('inflate: no such code')
  }

  #take(count: number): number {
    while (this.#bitCount < count) {
      this.#bits = (this.#bitCount === 0 ? 0 : this.#bits) | (this.#byte() << this.#bitCount)
      this.#bitCount += 8
    }
    const value = this.#bits & ((1 << count) - 1)
    this.#bits >>= count
    this.#bitCount -= count
    return value
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new RangeError('inflate: the text ends in the middle')
    return byte
  }
}

/** Two bytes, and four more that name the dictionary. */
function headerLength(piece: Uint8Array): number {
  if (((piece[0] ?? 0) & 15) !== 8) throw new RangeError('inflate: no zlib stream')
  return (piece[1] ?? 0) & 0x20 ? 6 : 2
}

function tableOf(lengths: readonly number[]): Table {
  const counts = new Uint16Array(16)
  for (const length of lengths) counts[length]! += length > 0 ? 1 : 0
  const byLength = lengths.map((length, symbol) => ({ length, symbol })).filter(({ length }) => length > 0)
  const symbols = byLength.sort((a, b) => a.length - b.length || a.symbol - b.symbol).map(({ symbol }) => symbol)
  return { counts, symbols: Uint16Array.from(symbols) }
}

function fill(count: number, value: number): number[] {
  return Array.from({ length: count }, () => value)
}
