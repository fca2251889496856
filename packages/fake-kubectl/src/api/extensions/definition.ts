/**
 * A CustomResourceDefinition as far as the server reads it, and what the server fills in.
 * Source: k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/{types,defaults}.go.
 */
import { isFields, type Fields, type KubeObject } from '../meta.ts'
import type { Condition } from '../types.ts'

export type Names = {
  plural: string
  singular?: string
  kind: string
  listKind?: string
  shortNames?: string[]
  categories?: string[]
}

export type PrinterColumn = {
  name: string
  type: string
  format?: string
  description?: string
  priority?: number
  jsonPath: string
}

export type DefinedVersion = {
  name: string
  served: boolean
  storage: boolean
  deprecated?: boolean
  deprecationWarning?: string
  schema?: { openAPIV3Schema?: unknown }
  subresources?: {
    status?: unknown
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string }
  }
  additionalPrinterColumns?: PrinterColumn[]
  selectableFields?: { jsonPath: string }[]
}

export type Definition = KubeObject & {
  spec: {
    group: string
    scope: 'Namespaced' | 'Cluster'
    names: Names
    versions: DefinedVersion[]
    conversion?: { strategy: string; [field: string]: unknown }
    preserveUnknownFields?: boolean
  }
  status?: { conditions?: Condition[] | null; acceptedNames?: Names; storedVersions?: string[] }
}

/** Holds the definition until its objects are gone. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io'

/** As the server stores it: names, conversion and, when it is new, an empty status. */
export function withDefinitionDefaults(object: KubeObject): KubeObject {
  const { spec } = object as Definition
  if (!isFields(spec) || !isFields(spec['names'])) return object
  const { singular, listKind, ...names } = spec.names
  const kind = String(names.kind ?? '')
  return {
    ...object,
    spec: {
      ...spec,
      names: { ...names, listKind: listKind || `${kind}List`, singular: singular || kind.toLowerCase() },
      conversion: spec.conversion ?? { strategy: 'None' },
    },
    status: withStoredVersion(object as Definition),
  }
}

/** A version that was ever the storage version is remembered. */
function withStoredVersion({ spec, status }: Definition): NonNullable<Definition['status']> {
  const known = status?.storedVersions ?? []
  const storage = Array.isArray(spec.versions) ? spec.versions.find((version) => version.storage)?.name : undefined
  const storedVersions = storage === undefined || known.includes(storage) ? known : [...known, storage]
  const empty = { conditions: null, acceptedNames: { plural: '', kind: '' } }
  return { ...empty, ...status, storedVersions }
}

/** With every part that is read, so that a malformed one can be refused in words. */
export function readable(object: KubeObject): Definition {
  const spec = fields(object['spec'])
  const names = fields(spec['names'])
  const versions = Array.isArray(spec['versions'])
    ? spec['versions'].map((version) => ({ name: '', ...fields(version) }))
    : []
  const text = { group: String(spec['group'] ?? ''), scope: String(spec['scope'] ?? '') }
  const known = { plural: '', kind: '', ...names }
  return { ...object, spec: { ...spec, ...text, names: known, versions } } as unknown as Definition
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}

export function conditionOf({ status }: Definition, type: string): Condition | undefined {
  return (status?.conditions ?? []).find((condition) => condition.type === type)
}

export function isTrue(definition: Definition, type: string): boolean {
  return conditionOf(definition, type)?.status === 'True'
}
