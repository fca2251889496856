/**
 * What every Kubernetes object has: type and metadata, and the few operations on any object (copy, freeze, compare).
 * Knows no kind. Source: API conventions, "Metadata"; apimachinery/pkg/apis/meta/v1/types.go.
 */

export type OwnerReference = {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** Who owns which fields, since when (server-side apply). */
export type ManagedFieldsEntry = {
  manager?: string
  operation?: string
  apiVersion?: string
  time?: string
  fieldsType?: string
  fieldsV1?: Fields
  subresource?: string
}

/** Times are RFC 3339 text in whole seconds; resourceVersion is opaque text. */
export type ObjectMeta = {
  name: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  managedFields?: ManagedFieldsEntry[]
}

/** Any Kubernetes object. In the store it has no `kind` and `apiVersion`; they are added where it leaves the server. */
export type KubeObject = {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
  [field: string]: unknown
}

export type Fields = { readonly [field: string]: unknown }

/** `rbac.authorization.k8s.io/v1` → its two parts; the core group is `''`. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  if (slash < 0) return { group: '', version: apiVersion }
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export function formatApiVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}

/** A deep copy of a JSON value. A key `__proto__` stays an ordinary key; undefined fields are left out. */
export function copy<T>(value: T): T {
  return copied(value, false) as T
}

/** A deep copy, frozen through and through, so that it may be handed out without another. */
export function frozenCopy<T>(value: T): T {
  return copied(value, true) as T
}

/** Every object that is stored passes here, hence the loops. */
function copied(value: unknown, frozen: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value
  // What is frozen came from here, and is so through and through: it is shared.
  if (frozen && Object.isFrozen(value)) return value
  const result = Array.isArray(value)
    ? value.map((item) => copied(item, frozen))
    : copiedFields(value as Fields, frozen)
  return frozen ? Object.freeze(result) : result
}

function copiedFields(fields: Fields, frozen: boolean): Fields {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    if (value !== undefined) setOwn(result, key, copied(value, frozen))
  }
  return result
}

/** Sets a field by name, also one called `__proto__`. */
export function setOwn(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') fields[key] = value
  else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true })
}

/** Are two JSON values equal? The order of keys and absent fields do not count. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && equalLists(a, b)
  return hasAllOf(a as Fields, b as Fields) && hasNoMore(b as Fields, a as Fields)
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => equal(item, b[i]))
}

function hasAllOf(a: Fields, b: Fields): boolean {
  for (const key of Object.keys(a)) if (!equal(a[key], own(b, key))) return false
  return true
}

function hasNoMore(b: Fields, a: Fields): boolean {
  for (const key of Object.keys(b)) if (b[key] !== undefined && !Object.hasOwn(a, key)) return false
  return true
}

/** A JSON object: neither null nor a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field by name, never one inherited from Object.prototype. */
export function own(fields: Fields | undefined, key: string): unknown {
  return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined
}

/** A field by dotted path, `spec.nodeName`; undefined when any part is absent. */
export function at(value: unknown, path: string): unknown {
  let found = value
  for (const key of path.split('.')) found = isFields(found) ? own(found, key) : undefined
  return found
}

/** RFC 3339 in whole seconds, as metav1.Time is written. */
export function formatTime(ms: number): string {
  return `${isoText(Math.floor(ms / 1000) * 1000).slice(0, 19)}Z`
}

/** RFC 3339 with six decimals, as metav1.MicroTime is written. */
export function formatMicroTime(ms: number): string {
  return `${isoText(ms).slice(0, -1)}000Z`
}

/** The same moment is written again and again: virtual time stands still while requests are answered. */
let written = { ms: 0, text: new Date(0).toISOString() }

function isoText(ms: number): string {
  if (written.ms !== ms) written = { ms, text: new Date(ms).toISOString() }
  return written.text
}
