/**
 * What the server itself reads must have its type when it is stored, or reading it would fail later: in a Table, or in a
 * controller, when time passes. Full schemas come with the generated table of fields (SCOPE.md, validation:schema).
 * Source: k8s.io/api/core/v1/types.go; texts recorded from 1.36.
 */
import { jsonType } from '../api/go-format.ts'
import { isFields, own, type Fields, type KubeObject } from '../api/meta.ts'
import type { ResourceType } from '../api/kinds/row.ts'
import { badRequest } from '../api/status.ts'

/** @throws ApiError 400 with the real server's words */
export function checkShapes(value: Fields, type: ResourceType): void {
  const wrong = (found: unknown, path: string, goType: string) =>
    badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: json: cannot unmarshal ${jsonType(found)} into Go struct field ${path} of type ${goType}`,
    )
  checkMetadata(value, type, wrong)
  checkParts(value, type, wrong)
}

type Wrong = (found: unknown, path: string, goType: string) => Error

function checkMetadata(value: Fields, type: ResourceType, wrong: Wrong): void {
  const metadata = own(value, 'metadata') ?? {}
  if (!isFields(metadata)) throw wrong(metadata, `${type.kind}.metadata`, 'v1.ObjectMeta')
  for (const field of ['name', 'generateName', 'namespace', 'uid', 'resourceVersion']) {
    const found = own(metadata, field) ?? ''
    if (typeof found !== 'string') throw wrong(found, `ObjectMeta.metadata.${field}`, 'string')
  }
  for (const field of ['labels', 'annotations']) {
    const map = own(metadata, field) ?? {}
    if (!isFields(map)) throw wrong(map, `ObjectMeta.metadata.${field}`, 'map[string]string')
    const bad = Object.values(map).find((item) => typeof item !== 'string')
    if (bad !== undefined) throw wrong(bad, `ObjectMeta.metadata.${field}`, 'string')
  }
  for (const field of ['finalizers', 'ownerReferences']) {
    const list = own(metadata, field) ?? []
    if (!Array.isArray(list))
      throw wrong(list, `ObjectMeta.metadata.${field}`, field === 'finalizers' ? '[]string' : '[]v1.OwnerReference')
  }
}

function checkParts(value: Fields, { kind }: ResourceType, wrong: Wrong): void {
  for (const [field, struct] of [
    ['spec', `${kind}Spec`],
    ['status', `${kind}Status`],
  ] as const) {
    const part = own(value, field) ?? {}
    if (!isFields(part)) throw wrong(part, `${kind}.${field}`, `v1.${struct}`)
    for (const [name, goType] of LISTS[struct] ?? []) {
      const list = own(part, name) ?? []
      const odd = Array.isArray(list) ? list.find((item) => !isFields(item)) : list
      if (odd !== undefined) throw wrong(odd, `${struct}.${field}.${name}`, `[]v1.${goType}`)
    }
  }
}

/** By struct, the lists that Tables, controllers and kubelets read, and what is in them. */
const LISTS: Readonly<Record<string, readonly (readonly [field: string, goType: string])[]>> = {
  PodSpec: [
    ['containers', 'Container'],
    ['initContainers', 'Container'],
    ['volumes', 'Volume'],
    ['tolerations', 'Toleration'],
    ['readinessGates', 'PodReadinessGate'],
  ],
  PodStatus: [
    ['conditions', 'PodCondition'],
    ['containerStatuses', 'ContainerStatus'],
    ['initContainerStatuses', 'ContainerStatus'],
  ],
  NodeSpec: [['taints', 'Taint']],
  NodeStatus: [
    ['conditions', 'NodeCondition'],
    ['addresses', 'NodeAddress'],
  ],
}

/** What is a struct in Go is never absent: a Node or Pod that loses its spec or status has an empty one. */
export function withStructs(type: ResourceType, object: KubeObject): KubeObject {
  if (type.kind !== 'Pod' && type.kind !== 'Node') return object
  return { ...object, spec: withoutNulls(object['spec']), status: withoutNulls(object['status']) }
}

function withoutNulls(part: unknown): Fields {
  return Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== null))
}
