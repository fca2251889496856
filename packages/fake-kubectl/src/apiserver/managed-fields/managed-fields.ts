/**
 * `metadata.managedFields` after a write: who it was, what it changed or applied, and when. What is tracked is the object
 * as it was sent, with its defaults, before plugins and the server itself add to it.
 * Source: apimachinery/pkg/util/managedfields/internal, the managers that fieldmanager.go wraps around each other.
 */
import { difference, EMPTY, isEmpty, union } from '../../api/field-set/field-set.ts'
import { ItemError } from '../../api/field-set/place.ts'
import type { KubeObject, ManagedFieldsEntry, ObjectMeta } from '../../api/meta.ts'
import { conflictError } from './conflict.ts'
import { unexplained, withLastApplied } from './last-applied.ts'
import { asksForReset, idOf, readOwners, storedOwners, writeOwners, type Owner, type Owners } from './owners.ts'
import { NEVER_OWNED, type Scope } from './scope.ts'
import { apply, Conflicts, ownersAfterUpdate, type Applied } from './updater.ts'

type Entries = ManagedFieldsEntry[] | undefined

/**
 * After a create, update or patch.
 *
 * @param live undefined when the object is new
 * @param next what is written, with the managedFields its client sent, if any
 */
export function managedAfterUpdate(
  scope: Scope,
  live: KubeObject | undefined,
  next: KubeObject,
  manager: string,
): Entries {
  const owners = ownersBefore(scope, live, next)
  // Where nobody is tracked, nobody begins to be but through an apply.
  if (live && owners.size === 0) return undefined
  try {
    return writeOwners(capped(updated(scope, live ?? NOTHING, next, { owners, manager })))
  } catch (fault) {
    if (fault instanceof ItemError) return undefined // A list whose items cannot be told apart has no owners.
    throw fault
  }
}

/** After an apply: the object, with its managedFields. @throws ApiError 409 */
export function applied(
  scope: Scope,
  live: KubeObject | undefined,
  sent: KubeObject,
  { manager, force }: { manager: string; force: boolean },
): KubeObject {
  const before = live ?? ({ ...NOTHING, kind: scope.kind, apiVersion: scope.apiVersion } as KubeObject)
  const known = storedOwners(before.metadata.managedFields)
  const owners =
    known.size > 0 ? known : updated(scope, NOTHING, before, { owners: known, manager: 'before-first-apply' })
  const result = applyOrConflict(scope, before, sent, { owners, manager, force })
  const object = result.object ?? before
  const noted = manager === 'kubectl' ? withLastApplied(object, sent) : object
  const managedFields = writeOwners(finished(result, { scope, manager }))
  const { managedFields: _before, ...metadata } = noted.metadata
  return { ...noted, metadata: { ...metadata, ...(managedFields && { managedFields }) } as ObjectMeta }
}

const NOTHING: KubeObject = { metadata: {} as ObjectMeta }
const UNKNOWN = 'unknown'

/** A client may write the list itself; one that sends none, or nonsense, or writes a subresource, leaves it as it is. */
function ownersBefore({ subresource }: Scope, live: KubeObject | undefined, next: KubeObject): Owners {
  const present = live?.metadata.managedFields
  const sent = next.metadata.managedFields
  if (subresource !== '') return storedOwners(present)
  if (asksForReset(sent)) return new Map()
  const owners = sent === present ? new Map() : readOrNone(sent)
  return owners.size > 0 ? owners : storedOwners(present)
}

function readOrNone(entries: Entries): Owners {
  try {
    return readOwners(entries)
  } catch (fault) {
    if (fault instanceof SyntaxError || fault instanceof TypeError) return new Map()
    throw fault
  }
}

type By = { readonly owners: Owners; readonly manager: string }

function updated(scope: Scope, live: KubeObject, next: KubeObject, { owners, manager }: By): Map<string, Owner> {
  const write = { live: withoutOwners(live), next: withoutOwners(next), scope }
  const after = ownersAfterUpdate(write, owners)
  const changed = difference(after.changed, NEVER_OWNED)
  if (isEmpty(changed)) return after.owners
  const self = ownerOf(scope, manager, 'Update')
  const earlier = after.owners.get(idOf(self))?.fields ?? EMPTY
  return after.owners.set(idOf(self), { ...self, time: scope.now, fields: union(earlier, changed) })
}

function ownerOf({ apiVersion, subresource }: Scope, manager: string, operation: Owner['operation']): Owner {
  return { manager: manager || UNKNOWN, operation, apiVersion, subresource, fields: EMPTY }
}

/** An apply that changes nothing leaves the time as it was. */
function finished({ owners, object }: Applied, { scope, manager }: { scope: Scope; manager: string }): Owners {
  const id = idOf(ownerOf(scope, manager, 'Apply'))
  const self = owners.get(id)
  if (!self) return owners
  const fields = difference(self.fields, NEVER_OWNED)
  if (isEmpty(fields)) owners.delete(id)
  else owners.set(id, { ...self, fields, ...(object && { time: scope.now }) })
  return owners
}

function applyOrConflict(
  scope: Scope,
  live: KubeObject,
  sent: KubeObject,
  { owners, manager, force }: By & { force: boolean },
): Applied {
  const write = { live, scope }
  try {
    return apply(write, sent, owners, { manager, force })
  } catch (fault) {
    if (!(fault instanceof Conflicts)) throw fault
    const left = manager === 'kubectl' ? unexplained(fault, live, scope) : fault
    if (!left || left.list.length > 0) throw conflictError(left ?? fault)
    return apply(write, sent, owners, { manager, force: true })
  }
}

const MAX_UPDATERS = 10
const ANCIENT = 'ancient-changes'

/** Beyond ten entries of updates, the oldest ones of a version become one. */
function capped(owners: Map<string, Owner>): Map<string, Owner> {
  const updaters = [...owners].filter(([, { operation }]) => operation === 'Update')
  let tooMany = updaters.length - MAX_UPDATERS
  if (tooMany <= 0) return owners
  const firsts = new Map<string, string>()
  for (const [id, owner] of updaters.sort(byAge)) {
    const first = firsts.get(owner.apiVersion)
    if (tooMany <= 0) break
    if (first === undefined) firsts.set(owner.apiVersion, id)
    else {
      mergeInto(owners, first, [id, owner])
      tooMany -= 1
    }
  }
  return owners
}

function byAge([idA, a]: [string, Owner], [idB, b]: [string, Owner]): number {
  const [timeA, timeB] = [a.time ?? '', b.time ?? '']
  return timeA !== timeB ? (timeA < timeB ? -1 : 1) : idA < idB ? -1 : 1
}

function mergeInto(owners: Map<string, Owner>, first: string, [id, owner]: [string, Owner]): void {
  const bucket: Owner = { ...owner, manager: ANCIENT, subresource: '' }
  const bucketId = idOf(bucket)
  const before = owners.get(bucketId) ?? owners.get(first)!
  if (!owners.has(bucketId)) owners.delete(first)
  owners.delete(id)
  owners.set(bucketId, { ...bucket, fields: union(before.fields, owner.fields) })
}

function withoutOwners(object: KubeObject): KubeObject {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: _owners, ...metadata } = object.metadata
  return { ...object, metadata }
}
