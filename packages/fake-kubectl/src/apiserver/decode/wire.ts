/**
 * The wire format of protobuf: numbered fields, each a varint, a fixed number of bytes, or a length and bytes. Knows
 * nothing of what they mean. Its errors are those of the Go code that Kubernetes generates.
 * Source: protobuf.dev, "Encoding"; k8s.io/api/core/v1/generated.pb.go.
 */

export const VARINT = 0
export const FIXED_64 = 1
export const BYTES = 2
const GROUP_START = 3
const GROUP_END = 4
const FIXED_32 = 5

export type WireField = {
  readonly number: number
  readonly wireType: number
  /** Of BYTES, what they are; of the fixed ones, the 4 or 8 bytes; empty of a VARINT. */
  readonly bytes: Uint8Array
  /** Of a VARINT. */
  readonly integer: bigint
}

const NO_BYTES = new Uint8Array()

/** @throws SyntaxError with Go's words */
export function readFields(bytes: Uint8Array, message: string): WireField[] {
  const fields: WireField[] = []
  const reader = new WireReader(bytes)
  while (!reader.done) {
    const field = reader.field(message)
    if (field) fields.push(field)
  }
  return fields
}

/** The numbers of a packed list. */
export function readPacked(bytes: Uint8Array): bigint[] {
  const reader = new WireReader(bytes)
  const numbers: bigint[] = []
  while (!reader.done) numbers.push(reader.varint())
  return numbers
}

class WireReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** @returns undefined for a group, which nobody sends any more and which is skipped */
  field(message: string): WireField | undefined {
    const tag = this.varint()
    const number = Number(BigInt.asIntN(32, tag >> 3n))
    const wireType = Number(tag & 7n)
    if (wireType === GROUP_END) throw new SyntaxError(`proto: ${message}: wiretype end group for non-group`)
    if (number <= 0) throw new SyntaxError(`proto: ${message}: illegal tag ${number} (wire type ${wireType})`)
    if (wireType === GROUP_START) return void this.#skipGroup()
    if (wireType === VARINT) return { number, wireType, bytes: NO_BYTES, integer: this.varint() }
    return { number, wireType, bytes: this.#take(this.#length(wireType)), integer: 0n }
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw new SyntaxError('unexpected EOF')
      this.#at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new SyntaxError('proto: integer overflow')
  }

  #length(wireType: number): number {
    if (wireType === FIXED_64) return 8
    if (wireType === FIXED_32) return 4
    if (wireType !== BYTES) throw new SyntaxError(`proto: illegal wireType ${wireType}`)
    const length = BigInt.asIntN(64, this.varint())
    if (length < 0n) throw new SyntaxError('proto: negative length found during unmarshaling')
    return Number(length)
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new SyntaxError('unexpected EOF')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  #skipGroup(): void {
    for (let depth = 1; depth > 0;) {
      const wireType = Number(this.varint() & 7n)
      if (wireType === GROUP_START) depth += 1
      else if (wireType === GROUP_END) depth -= 1
      else if (wireType === VARINT) this.varint()
      else this.#take(this.#length(wireType))
    }
  }
}
