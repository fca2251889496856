/**
 * Reads JSON as Go does: the same texts are refused in the same words, a key that comes twice is noticed, and a number
 * keeps its spelling where that says more than its value. Knows no schema. Without recursion, so depth costs no stack.
 * Source: Go's encoding/json scanner; sigs.k8s.io/json, which Kubernetes decodes with.
 */

/** What the values alone do not tell, by the object or list that it happened in. */
export type Notes = {
  /** Keys that came more than once; the last one counts. */
  readonly duplicates: Map<object, string[]>
  /** Numbers that are not written as a plain whole number: `1.0`, `1e3`, `9223372036854775808`. */
  readonly spellings: Map<object, Map<string | number, string>>
}

export type JsonText = { readonly value: unknown; readonly notes: Notes }

type Container = { readonly list: unknown[] } | { readonly fields: Record<string, unknown>; key: string }

const MAX_DEPTH = 10_000 // encoding/json's maxNestingDepth

/** @throws SyntaxError with Go's words */
export function parseJson(text: string): JsonText {
  return new Reader(text).read()
}

class Reader {
  readonly #text: string
  readonly #notes: Notes = { duplicates: new Map(), spellings: new Map() }
  readonly #open: Container[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): JsonText {
    let value = this.#value()
    // A value that is a container is open until all in it is read; `#after` then goes on where it stands.
    while (this.#open.length > 0) value = this.#after(value)
    this.#space()
    if (this.#at < this.#text.length) throw this.#invalid('after top-level value')
    return { value, notes: this.#notes }
  }

  /** The next value; of an object or list that is not empty, the first value in it. */
  #value(): unknown {
    for (;;) {
      this.#space()
      const start = this.#text[this.#at]
      if (start === '{') {
        if (!this.#enter({ fields: {}, key: '' }, '}')) return {}
        this.#key()
      } else if (start === '[') {
        if (!this.#enter({ list: [] }, ']')) return []
      } else {
        return this.#scalar(start)
      }
    }
  }

  /** @returns false when there is nothing in it */
  #enter(container: Container, end: string): boolean {
    this.#at += 1
    if (this.#open.length >= MAX_DEPTH) throw new SyntaxError('exceeded max depth')
    this.#space()
    if (this.#text[this.#at] === end) {
      this.#at += 1
      return false
    }
    this.#open.push(container)
    return true
  }

  /** Puts a value into the innermost container and goes on: to its next value, or to the container itself when it ends. */
  #after(value: unknown): unknown {
    const container = this.#open.at(-1)!
    if ('list' in container) container.list.push(value)
    else this.#set(container.fields, container.key, value)
    this.#space()
    const next = this.#text[this.#at]
    const isList = 'list' in container
    if (next === ',') {
      this.#at += 1
      if (!isList) this.#key()
      return this.#value()
    }
    if (next !== (isList ? ']' : '}'))
      throw this.#invalid(isList ? 'after array element' : 'after object key:value pair')
    this.#at += 1
    this.#open.pop()
    return isList ? container.list : container.fields
  }

  #set(fields: Record<string, unknown>, key: string, value: unknown): void {
    if (Object.hasOwn(fields, key)) {
      const keys = this.#notes.duplicates.get(fields)
      if (keys) keys.push(key)
      else this.#notes.duplicates.set(fields, [key])
    }
    // `fields.__proto__ = …` would not make a key.
    if (key === '__proto__') Object.defineProperty(fields, key, { value, ...PLAIN })
    else fields[key] = value
  }

  #key(): void {
    this.#space()
    if (this.#text[this.#at] !== '"') throw this.#invalid('looking for beginning of object key string')
    const key = this.#string()
    this.#space()
    if (this.#text[this.#at] !== ':') throw this.#invalid('after object key')
    this.#at += 1
    const container = this.#open.at(-1)
    if (container && 'fields' in container) container.key = key
  }

  #scalar(start: string | undefined): unknown {
    if (start === '"') return this.#string()
    if (start !== undefined && (start === '-' || (start >= '0' && start <= '9'))) return this.#number()
    for (const [word, value] of LITERALS) if (start === word[0]) return this.#literal(word, value)
    throw this.#invalid('looking for beginning of value')
  }

  #literal<T>(word: string, value: T): T {
    for (const [i, expected] of [...word].entries()) {
      if (this.#text[this.#at] !== expected) {
        throw this.#invalid(`in literal ${word} (expecting '${word[i]}')`)
      }
      this.#at += 1
    }
    return value
  }

  #string(): string {
    const start = this.#at
    this.#at += 1
    for (;;) {
      PLAIN_TEXT.lastIndex = this.#at
      PLAIN_TEXT.test(this.#text)
      this.#at = PLAIN_TEXT.lastIndex
      const end = this.#text[this.#at]
      if (end === '"') break
      if (end !== '\\') throw this.#invalid('in string literal')
      this.#escape()
    }
    this.#at += 1
    const text = this.#text.slice(start + 1, this.#at - 1)
    return text.includes('\\') ? wellFormed(JSON.parse(this.#text.slice(start, this.#at)) as string) : text
  }

  #escape(): void {
    this.#at += 1
    const escaped = this.#text[this.#at]
    if (escaped === undefined || !'bfnrt\\/"u'.includes(escaped)) throw this.#invalid('in string escape code')
    this.#at += 1
    const digits = escaped === 'u' ? 4 : 0
    for (let i = 0; i < digits; i += 1) {
      if (!/[\da-f]/i.test(this.#text[this.#at] ?? '')) throw this.#invalid('in \\u hexadecimal character escape')
      this.#at += 1
    }
  }

  #number(): number {
    NUMBER.lastIndex = this.#at
    const spelling = NUMBER.exec(this.#text)?.[0] ?? '-'
    this.#at += spelling.length
    if (spelling === '-') throw this.#invalid('in numeric literal')
    const next = this.#text[this.#at]
    if (next === '.' && !/[.eE]/.test(spelling)) throw this.#cut('after decimal point in numeric literal')
    if ((next === 'e' || next === 'E') && !/[eE]/.test(spelling)) throw this.#cut('in exponent of numeric literal')
    const value = Number(spelling)
    if (!Number.isSafeInteger(value) || !/^-?\d+$/.test(spelling)) this.#spelled(spelling)
    return value
  }

  /** What is wrong is what follows the point, or the `e` and its sign. */
  #cut(where: string): SyntaxError {
    this.#at += /^[eE][+-]/.test(this.#text.slice(this.#at, this.#at + 2)) ? 2 : 1
    return this.#invalid(where)
  }

  #spelled(spelling: string): void {
    const container = this.#open.at(-1)
    if (!container) return
    const parent = 'list' in container ? container.list : container.fields
    const spellings = this.#notes.spellings.get(parent) ?? new Map<string | number, string>()
    this.#notes.spellings.set(
      parent,
      spellings.set('list' in container ? container.list.length : container.key, spelling),
    )
  }

  #space(): void {
    let code = this.#text.charCodeAt(this.#at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.#text.charCodeAt(++this.#at)
  }

  #invalid(where: string): SyntaxError {
    const character = this.#text[this.#at]
    if (character === undefined) return new SyntaxError('unexpected end of JSON input')
    return new SyntaxError(`invalid character ${quoted(character)} ${where}`)
  }
}

const PLAIN = { writable: true, enumerable: true, configurable: true }
const LITERALS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Half a surrogate pair is no character; Go, and this encoder, put U+FFFD in its place. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}

/** Go looks at bytes: of a character outside ASCII it shows the first one, as if that were a character. */
function quoted(character: string): string {
  if (character === "'") return String.raw`'\''`
  if (character === '"') return `'"'`
  const byte = new TextEncoder().encode(character)[0]!
  return `'${JSON.stringify(String.fromCharCode(byte))
    .slice(1, -1)
    .replace(/\\u00([\da-f]{2})/, String.raw`\x$1`)}'`
}
