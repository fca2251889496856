/**
 * Who owns the number of replicas, told once for the object and once for its Scale: the field has another path there.
 * Source: apimachinery/pkg/util/managedfields/scalehandler.go.
 */
import { difference, has, isEmpty, setOf, type Path } from '../../api/field-set/field-set.ts'
import type { ManagedFieldsEntry } from '../../api/meta.ts'
import { storedOwners, writeOwners, type Owner } from './owners.ts'

const SCALE_VERSION = 'autoscaling/v1'
const REPLICAS: Path = ['f:spec', 'f:replicas']

/** What a version of the object calls the field; undefined where there is no such version. */
export type ReplicasPath = (apiVersion: string) => Path | undefined

type Entries = ManagedFieldsEntry[] | undefined

/** The owners of the object's replicas, as owners of the Scale's. */
export function managedOfScale(parent: Entries, pathIn: ReplicasPath): Entries {
  const owners = [...storedOwners(parent)].flatMap(([id, owner]) => {
    const path = pathIn(owner.apiVersion)
    if (!path || !has(owner.fields, path)) return []
    return [[id, { ...owner, apiVersion: SCALE_VERSION, fields: setOf(REPLICAS) }] as const]
  })
  return writeOwners(new Map(owners))
}

/** The object's owners after a write to its Scale: who is no owner there any longer is none here. */
export function managedAfterScale(parent: Entries, scale: Entries, pathIn: ReplicasPath, apiVersion: string): Entries {
  const left = new Map(storedOwners(scale))
  const owners = new Map<string, Owner>()
  for (const [id, owner] of storedOwners(parent)) {
    const path = pathIn(owner.apiVersion)
    if (!path) continue
    const isKept = !has(owner.fields, path) || left.delete(id)
    const fields = isKept ? owner.fields : difference(owner.fields, setOf(path))
    if (!isEmpty(fields)) owners.set(id, { ...owner, fields })
  }
  for (const [id, owner] of left) {
    const path = pathIn(apiVersion)
    // As in the real server, nobody notes the time.
    if (path && has(owner.fields, REPLICAS))
      owners.set(id, { ...owner, apiVersion, time: undefined, fields: setOf(path) })
  }
  return writeOwners(owners)
}
