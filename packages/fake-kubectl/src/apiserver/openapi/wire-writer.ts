/**
 * Writes protobuf messages. A message is a table: for each of its fields, the number and what writes its value.
 * The other direction of decode/wire.ts. Source: protobuf.dev, "Encoding".
 */

/** What stands behind a field's number: bytes with their length, or a number. One for each time the field is there. */
export type Written = readonly (Uint8Array | number)[]
export type Writer = (value: any) => Written
export type MessageTable = Readonly<Record<string, readonly [number: number, writer: Writer]>>

const encoder = new TextEncoder()

export const text: Writer = (value) => [encoder.encode(String(value))]
export const flag: Writer = (value) => (value === true ? [1] : [])

/** The same field for each item. */
export function each(writer: Writer): Writer {
  return (list) => (list as unknown[]).flatMap((item) => writer(item))
}

/** A map is a list of names with values. */
export function named(writer: Writer): Writer {
  return (map) =>
    Object.entries(map as object).map(([name, value]) => joined([...field(1, text(name)), ...field(2, writer(value))]))
}

/** A message of one field. */
export function wrapped(number: number, writer: Writer): Writer {
  return (value) => [joined(field(number, writer(value)))]
}

/** @param others writes the fields that the table does not have, all together */
export function message(table: () => MessageTable, others?: readonly [number, (fields: object) => Written]): Writer {
  return (value) => {
    const parts: Uint8Array[] = []
    const left: Record<string, unknown> = {}
    const rows = table()
    for (const [key, item] of Object.entries(value as object)) {
      const row = Object.hasOwn(rows, key) ? rows[key] : undefined
      if (item === undefined) continue
      if (row) parts.push(...field(row[0], row[1](item)))
      else left[key] = item
    }
    if (others) parts.push(...field(others[0], others[1](left)))
    return [joined(parts)]
  }
}

function field(number: number, written: Written): Uint8Array[] {
  return written.flatMap((it) =>
    typeof it === 'number' ? [varint(number << 3), varint(it)] : [varint((number << 3) | 2), varint(it.length), it],
  )
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Uint8Array.from([...bytes, rest])
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
