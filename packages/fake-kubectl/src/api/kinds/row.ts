/**
 * One row of the table of kinds: everything about a resource that is a fact rather than a behaviour. The rows of the
 * built-in groups stand beside this file, those of custom resources are made from their definitions.
 * Source: kube-apiserver 1.36 discovery; strategies and field labels in kubernetes/pkg/registry and pkg/apis.
 */
import type { CustomColumn } from '../extensions/columns.ts'
import type { Structural } from '../extensions/structural.ts'
import { formatApiVersion, type Fields } from '../meta.ts'
import type { NameRule } from '../names.ts'
import type { TypeSchema } from '../schema.ts'
import { qualified } from '../status.ts'

/** A part of an object with its own path. Without a `kind` it speaks the object's own. */
export type Subresource = {
  readonly name: string
  readonly verbs: readonly string[]
  readonly group?: string
  readonly version?: string
  readonly kind?: string
}

/** Where a kind keeps what the `scale` subresource reads and writes, as dotted paths. */
export type ScalePaths = {
  readonly specReplicas: string
  readonly statusReplicas: string
  /** A label selector, as an object, a map or text. */
  readonly selector?: string
}

/** What a CustomResourceDefinition tells of its kind beside what all kinds have. */
export type CustomKind = {
  readonly schema: Structural
  readonly columns: readonly CustomColumn[]
  readonly listKind: string
  /** The definition is being deleted: its objects go, and no new ones come. */
  readonly isTerminating: boolean
  /** Differs when the definition has changed. */
  readonly revision: string
}

/** A group, version and resource with all that is known about it: API machinery's gvr, as data. */
export type ResourceType = {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  /** The shelf its objects stand on. Versions that share one show the same objects (api/conversion.ts). */
  readonly storage: string
  readonly nameRule: NameRule
  readonly subresources: readonly Subresource[]
  readonly scale?: ScalePaths
  /** Fields a fieldSelector may name beside metadata.name and metadata.namespace; absent when there are none. */
  readonly fieldLabels?: readonly string[]
  /** Where a field label's value stands in the stored object, when that is not the label itself. */
  readonly fieldPaths?: Readonly<Record<string, string>>
  /** Counts changes of everything but metadata and status in metadata.generation. */
  readonly generation?: boolean
  /** May not change once set: [field, the server's words]. */
  readonly immutableFields?: readonly (readonly [string, string])[]
  /** Never stored; each answer is made when it is asked for (apiserver/subresources/computed.ts). */
  readonly computed?: boolean
  /** What the server warns of whenever the resource is used. */
  readonly deprecation?: string
  /** A deletion that does not say otherwise leaves the dependents alone. */
  readonly orphansDependents?: boolean
  /** A deletion is answered with the object that was, instead of a Status. */
  readonly returnsDeleted?: boolean
  /** The finalizer each object gets, that keeps it while it is in use (controllers/protection.ts). */
  readonly protection?: string
  /** What it gets when it is deleted, so that a controller may clean up first. */
  readonly cleanup?: string
  /** An update must say which version it replaces. */
  readonly conditionalUpdates?: boolean
  /** Defined by a user, in a CustomResourceDefinition. */
  readonly custom?: CustomKind
  /** The type of a custom kind's objects; those of built-in kinds are in the generated schema. */
  readonly schema?: TypeSchema
  /** A custom kind's schema as its definition has it, for clients. */
  readonly openApi?: Fields
}

export const ALL_VERBS: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
]
export const STATUS: Subresource = { name: 'status', verbs: ['get', 'patch', 'update'] }
export const SCALE: Subresource = {
  name: 'scale',
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  verbs: ['get', 'patch', 'update'],
}

/** What most resources of one group have in common is said once. */
export type Row = (plural: string, kind: string, rest?: Partial<ResourceType>) => ResourceType

export function rowsOf(group: string, version: string, common: Partial<ResourceType> = {}): Row {
  return (plural, kind, rest = {}) => ({
    group,
    version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: true,
    verbs: ALL_VERBS,
    storage: qualified({ group, plural }),
    nameRule: 'subdomain',
    subresources: [],
    ...common,
    ...rest,
  })
}

export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return formatApiVersion(group, version)
}

export function hasStatus({ subresources }: ResourceType): boolean {
  return subresources.some(({ name }) => name === 'status')
}
