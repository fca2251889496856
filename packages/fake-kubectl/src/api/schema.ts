/**
 * The types of all kinds: which fields there are, of what type, how they are numbered on the wire and how they merge.
 * Read once from the generated `src/schema/kubernetes.json`; types of custom resources have the same form.
 * Source: the models of @kubernetes/client-node and the Go types of k8s.io/api, see scripts/schema/generate.ts.
 */

export type Scalar =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'number'
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'micro-time'
  | 'int-or-string'
  /** Any JSON value. */
  | 'any'

export type ListType = 'atomic' | 'set' | 'map'

/** What a value may be. */
export type ValueSchema =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'struct'; readonly type: TypeSchema; readonly atomic: boolean }
  | {
      readonly kind: 'list'
      readonly items: ValueSchema
      readonly listType: ListType
      /** The fields that tell an item of a `map` list from the others. */
      readonly listMapKeys: readonly string[]
    }
  | { readonly kind: 'map'; readonly values: ValueSchema; readonly atomic: boolean }

export type FieldSchema = {
  readonly name: string
  readonly value: ValueSchema
  readonly required: boolean
  /** On the wire: the field's number, or the path to it where Go inlines a struct; empty for what is never sent. */
  readonly numbers: readonly number[]
  /** The type's name in Go where it has one of its own, as Go's errors print it: `v1.Protocol`. */
  readonly goType?: string
  /**
   * How Go writes a field that is zero (empty, false, nothing): `omitted`, `written` as it is, or as `null`. Absent where
   * the field keeps whatever is given.
   */
  readonly zero?: 'omitted' | 'written' | 'null'
  /** Of a custom kind: what it is where nothing is given. */
  readonly default?: unknown
  /** What a string may be; empty when anything. */
  readonly enum: readonly string[]
  /** Strategic merge patch: `merge`, `retainKeys`. */
  readonly patchStrategy: readonly string[]
  readonly patchMergeKey: string | undefined
}

export type TypeSchema = {
  /** As OpenAPI names it: `io.k8s.api.core.v1.PodSpec`. */
  readonly name: string
  readonly fields: ReadonlyMap<string, FieldSchema>
  /** Keeps fields it does not know, as a custom resource may with x-kubernetes-preserve-unknown-fields. */
  readonly open: boolean
}

export type Schema = {
  /** A type by its full name. */
  type(name: string): TypeSchema | undefined
  /** The type of a built-in kind's objects. */
  kind(group: string, version: string, kind: string): TypeSchema | undefined
  readonly names: readonly string[]
}

/** The generated file, as parsed JSON. */
export type SchemaFile = Readonly<Record<string, { atomic?: boolean; fields: Readonly<Record<string, FieldFile>> }>>

type FieldFile = {
  type: string
  shape?: 'list' | 'map' | 'map-of-lists'
  required?: boolean
  number?: number | number[]
  goType?: string
  /** In Go a pointer: zero is not the same as absent. */
  pointer?: boolean
  /** In Go without `omitempty`, or a struct, which that never leaves out. */
  always?: boolean
  enum?: string[]
  patchStrategy?: string[]
  patchMergeKey?: string
  listType?: ListType
  listMapKeys?: string[]
  atomic?: boolean
}

/** Types are made when they are first asked for: a cluster of a few kinds never pays for all of them. */
export function createSchema(file: SchemaFile): Schema {
  const made = new Map<string, TypeSchema>()
  const type = (name: string): TypeSchema | undefined => {
    const known = made.get(name)
    if (known || !Object.hasOwn(file, name)) return known
    const fields = new Map<string, FieldSchema>()
    const schema = { name, fields, open: false }
    made.set(name, schema) // Before its fields: a type may contain itself.
    for (const [field, row] of Object.entries(file[name]!.fields)) fields.set(field, fieldSchema(field, row, struct))
    return schema
  }
  const struct = (name: string): ValueSchema => ({
    kind: 'struct',
    atomic: file[name]?.atomic ?? false,
    get type() {
      return type(name)!
    },
  })
  return {
    type,
    kind: (group, version, kind) => type(`${packageOf(group, version)}.${kind}`),
    names: Object.keys(file),
  }
}

const ALL_ABOUT_TYPES = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions'
const AGGREGATION = 'io.k8s.kube-aggregator.pkg.apis.apiregistration'

/** Where the Go types of a group are, as OpenAPI names it: `apps`, `v1` → `io.k8s.api.apps.v1`. */
export function packageOf(group: string, version: string): string {
  if (group === 'apiextensions.k8s.io') return `${ALL_ABOUT_TYPES}.${version}`
  if (group === 'apiregistration.k8s.io') return `${AGGREGATION}.${version}`
  return `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}`
}

/** As Go's errors name a type: `v1.PodSpec`. */
export function goName({ name }: TypeSchema): string {
  const known = goNames.get(name) ?? name.split('.').slice(-2).join('.')
  goNames.set(name, known)
  return known
}

/** Asked for with every field that is decoded. */
const goNames = new Map<string, string>()

function fieldSchema(name: string, row: FieldFile, struct: (name: string) => ValueSchema): FieldSchema {
  return {
    name,
    value: valueSchema(row, struct),
    required: row.required ?? false,
    numbers: row.number === undefined ? [] : [row.number].flat(),
    ...(row.goType && { goType: row.goType }),
    ...zeroOf(row),
    enum: row.enum ?? [],
    patchStrategy: row.patchStrategy ?? [],
    patchMergeKey: row.patchMergeKey,
  }
}

function zeroOf({ pointer = false, always = false }: FieldFile): Pick<FieldSchema, 'zero'> {
  if (pointer) return always ? { zero: 'null' } : {}
  return { zero: always ? 'written' : 'omitted' }
}

function valueSchema(row: FieldFile, struct: (name: string) => ValueSchema): ValueSchema {
  const { type, shape, listType = 'atomic', listMapKeys = [], atomic = false } = row
  const one: ValueSchema = type.includes('.') ? struct(type) : { kind: 'scalar', scalar: type as Scalar }
  if (shape === 'list') return { kind: 'list', items: one, listType, listMapKeys }
  if (shape === 'map') return { kind: 'map', values: one, atomic }
  if (shape === 'map-of-lists') {
    const list: ValueSchema = { kind: 'list', items: one, listType: 'atomic', listMapKeys: [] }
    return { kind: 'map', values: list, atomic }
  }
  return atomic && one.kind === 'struct' ? atomicStruct(one) : one
}

function atomicStruct(one: ValueSchema & { kind: 'struct' }): ValueSchema {
  return {
    kind: 'struct',
    atomic: true,
    get type() {
      return one.type
    },
  }
}
