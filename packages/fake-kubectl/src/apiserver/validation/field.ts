/**
 * A cursor on an object under validation: a value, the path to it, and the list of what is wrong. Checks read like the
 * rules they are: `spec.at('replicas').nonNegative()`. Paths are only spelled out for what is wrong.
 * Source: apimachinery/pkg/util/validation/field/{path,errors}.go.
 */
import { isFields } from '../../api/meta.ts'
import type { FieldError } from '../../api/status.ts'

/** What is wrong with a value, a sentence each; nothing when it is fine. */
export type Format = (value: string) => readonly string[]

type Step = { readonly parent: Step | undefined; readonly text: string }

export class Field {
  // Objects of every kind pass here; their types are known to the rules alone.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly value: any
  readonly #errors: FieldError[]
  readonly #step: Step | undefined

  constructor(value: unknown, errors: FieldError[], step?: Step) {
    this.value = value
    this.#errors = errors
    this.#step = step
  }

  /** `spec.containers[0].name` */
  get path(): string {
    const texts: string[] = []
    for (let step = this.#step; step; step = step.parent) texts.unshift(step.text)
    const path = texts.join('')
    return path.startsWith('.') ? path.slice(1) : path
  }

  /** The number of errors so far: whether a check found something is a difference. */
  get errorCount(): number {
    return this.#errors.length
  }

  get isSet(): boolean {
    return this.value !== undefined && this.value !== null
  }

  /** Unset, or what Go takes for that: `''`, `0`, an empty list. */
  get isEmpty(): boolean {
    return !this.value || (typeof this.value === 'object' && Object.keys(this.value).length === 0)
  }

  at(name: string, ...deeper: string[]): Field {
    const value = isFields(this.value) && Object.hasOwn(this.value, name) ? this.value[name] : undefined
    const field = new Field(value, this.#errors, { parent: this.#step, text: `.${name}` })
    return deeper.length === 0 ? field : deeper.reduce((found, it) => found.at(it), field)
  }

  /** The same place in the report, for another value. */
  with(value: unknown): Field {
    return new Field(value, this.#errors, this.#step)
  }

  items(): Field[] {
    if (!Array.isArray(this.value)) return []
    return this.value.map((value, i) => new Field(value, this.#errors, { parent: this.#step, text: `[${i}]` }))
  }

  /** Of a map, in the order of their keys. */
  entries(): [key: string, field: Field][] {
    if (!isFields(this.value)) return []
    const keys = Object.keys(this.value).sort()
    return keys.map((key) => [key, this.key(key)])
  }

  key(key: string): Field {
    const value = isFields(this.value) ? this.value[key] : undefined
    return new Field(value, this.#errors, { parent: this.#step, text: `[${key}]` })
  }

  invalid(why: string, value: unknown = this.value): void {
    this.#report('FieldValueInvalid', `Invalid value: ${shown(value)}: ${why}`)
  }

  required(why = ''): void {
    this.#report('FieldValueRequired', why === '' ? 'Required value' : `Required value: ${why}`)
  }

  forbidden(why: string): void {
    this.#report('FieldValueForbidden', `Forbidden: ${why}`)
  }

  duplicate(value: unknown = this.value): void {
    this.#report('FieldValueDuplicate', `Duplicate value: ${shown(value)}`)
  }

  notFound(): void {
    this.#report('FieldValueNotFound', `Not found: ${shown(this.value)}`)
  }

  notSupported(values: readonly string[], value: unknown = this.value): void {
    const list = values.map((it) => JSON.stringify(it)).join(', ')
    this.#report('FieldValueNotSupported', `Unsupported value: ${shown(value)}: supported values: ${list}`)
  }

  tooLong(limitBytes: number): void {
    this.#report('FieldValueTooLong', `Too long: may not be more than ${limitBytes} bytes`)
  }

  // What many rules have in common.

  /** @returns whether there is something */
  require(why = ''): boolean {
    if (this.isEmpty) this.required(why)
    return !this.isEmpty
  }

  /** Each complaint of the format is an error of its own. */
  is(format: Format): void {
    for (const why of format(String(this.value ?? ''))) this.invalid(why)
  }

  requireFormat(format: Format): void {
    if (this.require()) this.is(format)
  }

  optionalFormat(format: Format): void {
    if (!this.isEmpty) this.is(format)
  }

  /** One of these, when it is set. */
  oneOf(values: readonly string[]): void {
    if (!this.isEmpty && !values.includes(this.value)) this.notSupported(values)
  }

  requireOneOf(values: readonly string[]): void {
    if (this.require()) this.oneOf(values)
  }

  nonNegative(): void {
    if (typeof this.value === 'number' && this.value < 0) this.invalid('must be greater than or equal to 0')
  }

  nonNegativeQuantity(): void {
    if (String(this.value).startsWith('-')) this.invalid('must be greater than or equal to 0')
  }

  inRange(low: number, high: number): void {
    if (this.isSet && (this.value < low || this.value > high))
      this.invalid(`must be between ${low} and ${high}, inclusive`)
  }

  #report(reason: string, message: string): void {
    this.#errors.push({ field: this.path, reason, message })
  }
}

/** As Go prints a value in an error. */
function shown(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value)
}
