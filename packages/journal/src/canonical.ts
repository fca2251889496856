/**
 * JSON with one spelling for each value: keys sorted, no spaces. Hashes are taken over it.
 *
 * Source: after RFC 8785 §3.2 (keys by UTF-16 code units; numbers and strings as ECMAScript writes them).
 */

/**
 * The one text of a JSON value.
 *
 * @param value anything JSON.stringify accepts; what it drops or converts (undefined, Date) is dropped or converted here
 * @throws      TypeError for what is no JSON value at all: undefined, a function, a cycle, a bigint
 */
export function canonicalJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError('a journal record is a JSON value: found undefined or a function')
  return write(JSON.parse(text))
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${write(field)}`).join(',')}}`
}
