/**
 * DER, the binary form of ASN.1, written: as much as a certificate needs. A value is a tag, a length and its bytes.
 * Source: ITU-T X.690 §8 and §10.
 */

/** Any value: its tag, then its parts one after the other. */
export function value(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...length(content.length)]), content])
}

export const sequence = (...parts: Uint8Array[]): Uint8Array => value(0x30, ...parts)
export const set = (...parts: Uint8Array[]): Uint8Array => value(0x31, ...parts)
export const octets = (bytes: Uint8Array): Uint8Array => value(0x04, bytes)
export const text = (characters: string): Uint8Array => value(0x0c, Buffer.from(characters))
export const yes: Uint8Array = value(0x01, Buffer.from([0xff]))

/** `[n]`, with the value inside it or in place of it. */
export const tagged = (n: number, ...parts: Uint8Array[]): Uint8Array => value(0xa0 + n, ...parts)
export const replaced = (n: number, bytes: Uint8Array): Uint8Array => value(0x80 + n, bytes)

/** A whole number of these bytes, the greatest first: as few of them as will do, and a zero where the first says minus. */
export function integer(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? Buffer.from([0]) : bytes.subarray(start)
  return value(0x02, Buffer.alloc(digits[0]! >= 0x80 ? 1 : 0), digits)
}

/** @param unused how many of the last byte's bits do not count */
export function bits(bytes: Uint8Array, unused = 0): Uint8Array {
  return value(0x03, Buffer.from([unused]), bytes)
}

/** `1.2.840.113549`: the first two numbers share a byte, the others are written in base 128. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return value(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Two digits for the year until 2049, four from then on. */
export function time(date: Date): Uint8Array {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
  const short = date.getUTCFullYear() < 2050
  return value(short ? 0x17 : 0x18, Buffer.from(short ? digits.slice(2) : digits))
}

function base128(n: number): number[] {
  const digits = [n % 128]
  for (let rest = Math.floor(n / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) + 128)
  return digits
}

function length(count: number): number[] {
  if (count < 0x80) return [count]
  const bytes: number[] = []
  for (let rest = count; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff)
  return [0x80 + bytes.length, ...bytes]
}
