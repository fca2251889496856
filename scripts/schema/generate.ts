/**
 * Writes `packages/fake-kubectl/src/schema/{kubernetes,descriptions}.json`: all types of Kubernetes' built-in APIs, made
 * from the models that `@kubernetes/client-node` ships, with the facts that those leave out read from the Go types.
 *
 * Usage: node scripts/schema/generate.ts FOLDER
 *   FOLDER holds `k8s.io/{api,apimachinery,apiextensions-apiserver}` of the release that client-node was made for.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readModels, type Model, type ModelField } from './client-models.ts'
import { readGoTypes, type GoField, type GoStruct } from './go-types.ts'

type Json = Record<string, unknown>
type Placed = { readonly field: GoField; readonly number: number | number[] | undefined }

const root = path.resolve(import.meta.dirname, '..', '..')
const target = path.join(root, 'packages', 'fake-kubectl', 'src', 'schema')

/** Types whose package the simulator serves, but that no Go source in FOLDER describes. */
const MODELS_ONLY: Readonly<Record<string, string>> = {
  APIService: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'boolean',
  int: 'int64',
  int32: 'int32',
  uint8: 'int32',
  int64: 'int64',
  float64: 'number',
  'k8s.io/apimachinery/pkg/api/resource.Quantity': 'quantity',
  'k8s.io/apimachinery/pkg/util/intstr.IntOrString': 'int-or-string',
  'k8s.io/apimachinery/pkg/types.UID': 'string',
  'k8s.io/apimachinery/pkg/types.NodeName': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'micro-time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Duration': 'string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
}

/** Scalars to us, structs to Go. */
const GO_STRUCTS = new Set(['quantity', 'int-or-string', 'time', 'micro-time', 'any'])

const folder = process.argv[2]
if (folder === undefined) {
  console.error('Usage: node scripts/schema/generate.ts FOLDER (which holds k8s.io/api, k8s.io/apimachinery …)')
  process.exit(2)
}
const go = readGoTypes(folder)
const models = (await readModels(path.join(root, 'packages', 'fake-kubectl'))).filter(({ name }) =>
  /V\d+(?!alpha|beta)[A-Z]/.test(name),
)
const names = new Map(models.map((model) => [model.name, fullName(model.name)]))

const types: Json = {}
const descriptions: Json = {}
for (const model of models) {
  const name = names.get(model.name)!
  types[name] = typeOf(model, go.structs.get(name))
  descriptions[name] = describe(model)
}
mkdirSync(target, { recursive: true })
writeFileSync(path.join(target, 'kubernetes.json'), lines(types))
writeFileSync(path.join(target, 'descriptions.json'), lines(descriptions))
console.log(`${Object.keys(types).length} types`)

/** `V1PodSpec` → `io.k8s.api.core.v1.PodSpec`; where two groups have the name, the model says which. */
function fullName(model: string): string {
  const [, group = '', version = '', name = ''] = /^([A-Z][a-z]+)?V(\d+)(\w+)$/.exec(model) ?? []
  const found = [...go.structs.keys()].filter(
    (it) => it.endsWith(`v${version}.${name}`) && (group === '' || it.includes(`.${group.toLowerCase()}.`)),
  )
  // The core group once had types of its own for what is API machinery now.
  const machinery = found.find((it) => it.includes('.meta.'))
  if (machinery || found.length === 1) return machinery ?? found[0]!
  if (found.length === 0) return `${MODELS_ONLY['APIService']}.${name}`
  throw new Error(`${model}: which of ${found.join(', ')}?`)
}

function typeOf({ fields, name }: Model, struct: GoStruct | undefined): Json {
  const placed = struct ? place(struct) : new Map<string, Placed>()
  const entries = fields.map((field) => [field.name, fieldOf(field, placed.get(field.name), `${name}.${field.name}`)])
  return { ...(struct?.atomic && { atomic: true }), fields: Object.fromEntries(entries) }
}

/** A struct's fields by their JSON names, those of inlined structs too; the number is then a path. */
function place(struct: GoStruct): Map<string, Placed> {
  const placed = new Map<string, Placed>()
  for (const field of struct.fields) {
    if (field.json && field.json !== '-') placed.set(field.json, { field, number: field.number })
    const inner = field.inline ? go.structs.get(field.type) : undefined
    if (!inner) continue
    for (const [json, it] of place(inner)) {
      // What is inlined without a number (TypeMeta) is not on the wire: the envelope around the object carries it.
      const number =
        field.number === undefined || it.number === undefined ? undefined : [field.number, it.number].flat()
      placed.set(json, { field: it.field, number })
    }
  }
  return placed
}

function fieldOf(model: ModelField, placed: Placed | undefined, where: string): Json {
  const { type, shape } = placed && !/\bany\b/.test(model.type) ? goType(placed.field.type) : modelType(model)
  if (!placed && !where.includes('APIService') && !/\.(apiVersion|kind)$/.test(where))
    console.warn(`${where}: only in the model`)
  const enumeration = placed && enumOf(placed.field.type)
  return {
    type,
    ...(shape && { shape }),
    ...(model.required && { required: true }),
    ...(placed && goFacts(placed.field)),
    ...(placed?.number !== undefined && { number: placed.number }),
    ...(enumeration && { enum: enumeration }),
    ...(placed && merging(placed.field)),
  }
}

/** What Go's errors and answers show: the name a type has there, whether it is a pointer, whether a zero is written. */
function goFacts({ type, pointer, options }: GoField): Json {
  const named = goName(type)
  return {
    ...(go.named.has(type.replace(/^\[\]/, '')) && !(type in SCALARS) && { goType: named }),
    ...(pointer && { pointer: true }),
    ...(isAlwaysWritten(type, pointer, options) && { always: true }),
  }
}

/** `[]io.k8s.api.core.v1.Protocol` → `[]v1.Protocol`. */
function goName(type: string): string {
  return type.replace(/[\w.-]+$/, (it) => it.split('.').slice(-2).join('.'))
}

/** `omitempty` leaves out what is nil, zero or empty, but never a struct. */
function isAlwaysWritten(type: string, pointer: boolean, options: readonly string[]): boolean {
  if (options.includes('omitzero')) return false
  const isStruct = !pointer && (go.structs.has(type) || GO_STRUCTS.has(SCALARS[type] ?? ''))
  return isStruct || !options.includes('omitempty')
}

function goType(type: string): { type: string; shape?: string } {
  if (type === '[]byte' || type === '[]uint8') return { type: 'bytes' }
  const underlying = go.named.get(type)
  if (type in SCALARS) return { type: SCALARS[type]! }
  if (underlying?.startsWith('[]') && underlying !== '[]byte') return goType(underlying)
  if (underlying) return goType(underlying)
  if (type.startsWith('[]')) return { type: goType(type.slice(2)).type, shape: 'list' }
  if (type.startsWith('map[]')) {
    const value = goType(type.slice(5))
    return { type: value.type, shape: value.shape === 'list' ? 'map-of-lists' : 'map' }
  }
  if (go.structs.has(type)) return { type }
  throw new Error(`no type ${type}`)
}

function modelType({ type, format }: ModelField): { type: string; shape?: string } {
  const [, list] = /^Array<(.+)>$/.exec(type) ?? []
  if (list) return { type: modelType({ type: list, format } as ModelField).type, shape: 'list' }
  const [, map] = /^\{ \[key: string\]: (.+); \}$/.exec(type) ?? []
  if (map) return { type: modelType({ type: map, format } as ModelField).type, shape: 'map' }
  if (names.has(type)) return { type: names.get(type)! }
  const scalars: Record<string, string> = {
    Date: 'time',
    IntOrString: 'int-or-string',
    V1MicroTime: 'micro-time',
    number: format,
    string: format === 'byte' ? 'bytes' : 'string',
  }
  return { type: scalars[type] ?? type }
}

function enumOf(type: string): readonly string[] | undefined {
  const values = go.enums.get(type)?.filter((value) => value !== '') ?? []
  return values.length > 0 ? values : undefined
}

function merging({ patchStrategy, patchMergeKey, markers }: GoField): Json {
  const marked = (key: string) => markers.filter(([name]) => name === key).map(([, value]) => value)
  const [listType] = marked('listType')
  const keys = marked('listMapKey')
  const [mapType] = [...marked('mapType'), ...marked('structType')]
  return {
    ...(patchStrategy && { patchStrategy: patchStrategy.split(',') }),
    ...(patchMergeKey && { patchMergeKey }),
    ...(listType && listType !== 'atomic' && { listType }),
    ...(keys.length > 0 && { listMapKeys: keys }),
    ...(mapType === 'atomic' && { atomic: true }),
  }
}

function describe({ description, fields }: Model): Json {
  const entries = fields.filter((field) => field.description).map((field) => [field.name, field.description])
  return { '': description, ...Object.fromEntries(entries) }
}

/** One type a line, so that a new release shows as a readable difference. */
function lines(byName: Json): string {
  const sorted = Object.keys(byName).sort()
  return `{\n${sorted.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(byName[name])}`).join(',\n')}\n}\n`
}
