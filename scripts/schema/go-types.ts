/**
 * Reads the facts that the published models leave out from the Go types of kubernetes/api: which fields are quantities,
 * how a field is numbered on the wire, how its lists merge, what its strings may be.
 */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

export type GoField = {
  readonly go: string
  readonly json: string
  /** As written in Go, without `*`: `[]v1.Container`. */
  readonly type: string
  readonly pointer: boolean
  /** The options of its JSON tag: `omitempty`, `omitzero`, `inline`. */
  readonly options: readonly string[]
  readonly inline: boolean
  readonly number: number | undefined
  readonly patchStrategy: string | undefined
  readonly patchMergeKey: string | undefined
  /** `+listType`, `+listMapKey`, `+mapType` … of the comment above the field, in order. */
  readonly markers: readonly (readonly [string, string])[]
}

export type GoStruct = {
  readonly package: string
  readonly name: string
  readonly fields: readonly GoField[]
  readonly atomic: boolean
}

export type GoTypes = {
  readonly structs: ReadonlyMap<string, GoStruct>
  /** Named types that are no structs: `core/v1.PodPhase` → `string`. */
  readonly named: ReadonlyMap<string, string>
  readonly enums: ReadonlyMap<string, readonly string[]>
}

/** Where each package's types are, below the folder that holds `k8s.io/`; and what OpenAPI calls the package. */
export const PACKAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'admissionregistration/v1',
      'apps/v1',
      'authentication/v1',
      'authorization/v1',
      'autoscaling/v1',
      'autoscaling/v2',
      'batch/v1',
      'certificates/v1',
      'coordination/v1',
      'core/v1',
      'discovery/v1',
      'events/v1',
      'flowcontrol/v1',
      'networking/v1',
      'node/v1',
      'policy/v1',
      'rbac/v1',
      'resource/v1',
      'scheduling/v1',
      'storage/v1',
    ].map((name) => [`k8s.io/api/${name}`, `io.k8s.api.${name.replace('/', '.')}`]),
  ),
  'k8s.io/apimachinery/pkg/apis/meta/v1': 'io.k8s.apimachinery.pkg.apis.meta.v1',
  'k8s.io/apimachinery/pkg/runtime': 'io.k8s.apimachinery.pkg.runtime',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1':
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
}

export function readGoTypes(folder: string): GoTypes {
  const structs = new Map<string, GoStruct>()
  const named = new Map<string, string>()
  const enums = new Map<string, string[]>()
  for (const [goPath, openApi] of Object.entries(PACKAGES)) {
    for (const file of globSync('{types*,time,micro_time,group_version,interfaces}.go', {
      cwd: path.join(folder, goPath),
    })) {
      if (file.includes('swagger_doc')) continue
      const source = readFileSync(path.join(folder, goPath, file), 'utf8')
      const resolve = resolver(source, openApi)
      readStructs(source, openApi, resolve, structs)
      readNamed(source, openApi, resolve, named)
      readEnums(source, openApi, enums)
    }
  }
  return { structs, named, enums }
}

const BUILTIN = /^(string|bool|u?int(8|16|32|64)?|float(32|64)|byte)$/

/** Turns a Go type into one with full names: `[]Container` → `[]io.k8s.api.core.v1.Container`. */
function resolver(source: string, openApi: string): (type: string) => string {
  const imports = new Map(
    [...source.matchAll(/^\s*(\w+)?\s*"(k8s\.io\/[^"]+)"/gm)].map((it) => [it[1] ?? it[2]!.split('/').at(-1)!, it[2]!]),
  )
  return function resolve(type: string): string {
    if (type.startsWith('*')) return resolve(type.slice(1))
    if (type.startsWith('[]')) return `[]${resolve(type.slice(2))}`
    const map = /^map\[[\w.]+\](.*)$/.exec(type)
    if (map) return `map[]${resolve(map[1]!)}`
    if (BUILTIN.test(type)) return type
    const [, alias, name] = /^(?:(\w+)\.)?(\w+)$/.exec(type) ?? []
    if (!alias) return `${openApi}.${name}`
    const goPath = imports.get(alias) ?? alias
    return `${PACKAGES[goPath] ?? goPath}.${name}`
  }
}

function readStructs(
  source: string,
  openApi: string,
  resolve: (type: string) => string,
  into: Map<string, GoStruct>,
): void {
  for (const match of source.matchAll(/((?:^\/\/.*\n)*)^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const [, comment = '', name = '', body = ''] = match
    const fields = readFields(body, resolve)
    const atomic = /\+structType=atomic/.test(comment)
    into.set(`${openApi}.${name}`, { package: openApi, name, fields, atomic })
  }
}

function readFields(body: string, resolve: (type: string) => string): GoField[] {
  const fields: GoField[] = []
  let markers: [string, string][] = []
  for (const line of body.split('\n').map((it) => it.trim())) {
    const marker = /^\/\/ ?\+(\w[\w:]*)(?:=(.*))?$/.exec(line)
    if (marker) markers.push([marker[1]!, marker[2] ?? ''])
    const field = /^(?:(\w+)\s+)?([\w.*[\]]+)\s+`([^`]*)`/.exec(line)
    if (field) {
      fields.push(readField(field[1], field[2]!, field[3]!, markers, resolve))
      markers = []
    } else if (line === '') {
      markers = []
    }
  }
  return fields
}

function readField(
  name: string | undefined,
  type: string,
  tags: string,
  markers: [string, string][],
  resolve: (type: string) => string,
): GoField {
  const tag = (key: string) => new RegExp(`(?:^| )${key}:"([^"]*)"`).exec(tags)?.[1]
  const [json = '', ...options] = (tag('json') ?? '').split(',')
  const number = tag('protobuf')?.split(',')[1]
  return {
    go: name ?? type.replace(/.*\./, ''),
    json,
    type: resolve(type),
    pointer: type.startsWith('*'),
    options,
    inline: options.includes('inline') && json === '',
    number: number === undefined ? undefined : Number(number),
    patchStrategy: tag('patchStrategy'),
    patchMergeKey: tag('patchMergeKey'),
    markers,
  }
}

function readNamed(
  source: string,
  openApi: string,
  resolve: (type: string) => string,
  into: Map<string, string>,
): void {
  for (const [, name, type] of source.matchAll(/^(?:type )?\t?(\w+) =? ?((?:\[\]|map\[)?[\w.[\]*]+)$/gm)) {
    if (name !== 'type' && type !== 'struct' && type !== 'interface' && !/^(package|import|return)$/.test(name!))
      into.set(`${openApi}.${name}`, resolve(type!))
  }
}

/** Constants of a type that its comment marks as an enumeration. */
function readEnums(source: string, openApi: string, into: Map<string, string[]>): void {
  const marked = [...source.matchAll(/((?:^\/\/.*\n)+)^type (\w+) string$/gm)].filter(([, comment]) =>
    /\+enum\b/.test(comment!),
  )
  for (const [, , name] of marked) {
    const constants = [...source.matchAll(new RegExp(`^\\s*(?:const )?\\w+\\s+${name}\\s+= "([^"]*)"`, 'gm'))].map(
      (it) => it[1]!,
    )
    into.set(`${openApi}.${name}`, [...new Set(constants)].sort())
  }
}
