/** What a default that depends on other fields is: a function on a struct that this request alone holds. */
import { isFields } from '../../../api/meta.ts'

/** An object on its way to the store: not shared, so it is changed in place. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Draft = { [field: string]: any }

export type Rule = (draft: Draft) => void

/** A list of structs; empty when it is none. */
export function structs(value: unknown): Draft[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

/** The struct in a field, made when it is absent. */
export function struct(draft: Draft, field: string): Draft {
  if (!isFields(draft[field])) draft[field] = {}
  return draft[field]
}

/** Is it what Go leaves out under `omitempty`? */
export function isZero(value: unknown): boolean {
  if (typeof value !== 'object') return !value
  if (value === null) return true
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0
}
