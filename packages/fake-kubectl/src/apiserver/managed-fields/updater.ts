/**
 * What a write does to the owners of an object's fields: who changes a field takes it, who applies one owns it, two who
 * apply different values are in conflict, what an applier no longer applies goes unless others own it.
 * Source: sigs.k8s.io/structured-merge-diff/v6/merge/update.go.
 */
import { compare, type Comparison } from '../../api/field-set/compare.ts'
import { fieldSetOf } from '../../api/field-set/extract.ts'
import {
  difference,
  EMPTY,
  intersection,
  isEmpty,
  paths,
  union,
  without,
  type FieldSet,
  type Path,
} from '../../api/field-set/field-set.ts'
import { merge } from '../../api/field-set/merge.ts'
import { remove, withNamedFields } from '../../api/field-set/remove.ts'
import { equal, type KubeObject } from '../../api/meta.ts'
import { idOf, type Owner, type Owners } from './owners.ts'
import type { Scope } from './scope.ts'

export type Conflict = { readonly owner: Owner; readonly path: Path }

/** Somebody else owns, with another value, what is applied. */
export class Conflicts extends Error {
  readonly list: readonly Conflict[]

  constructor(list: readonly Conflict[]) {
    super(`${list.length} conflicts`)
    this.list = list
  }
}

type Write = { readonly live: KubeObject; readonly next: KubeObject; readonly scope: Scope }

/** The owners after a write of any kind but apply, and the fields that the write itself changed. */
export function ownersAfterUpdate(write: Write, owners: Owners): { owners: Map<string, Owner>; changed: FieldSet } {
  const { left, comparison } = withoutChanged(write, owners, { force: true })
  return { owners: left, changed: union(comparison.added, comparison.modified) }
}

export type Applied = {
  readonly owners: Map<string, Owner>
  /** Absent when nothing changes. */
  readonly object?: KubeObject
}

/** @throws Conflicts unless forced */
export function apply(
  { live, scope }: Pick<Write, 'live' | 'scope'>,
  applied: KubeObject,
  owners: Owners,
  { manager, force }: { manager: string; force: boolean },
): Applied {
  const self: Owner = {
    manager,
    operation: 'Apply',
    apiVersion: scope.apiVersion,
    subresource: scope.subresource,
    fields: without(fieldSetOf(applied, scope.place), scope.ignored),
  }
  const id = idOf(self)
  const last = owners.get(id)
  const all = new Map(owners).set(id, { ...self, time: last?.time })
  const merged = merge(live, applied, scope.place) as KubeObject
  const next = last ? prune(merged, last, all, scope) : merged
  const { left } = withoutChanged({ live, next, scope }, all, { force, self: id })
  return equal(live, next) ? { owners: left } : { owners: left, object: next }
}

/** The owners without what the write takes from them. @throws Conflicts unless forced */
function withoutChanged(
  { live, next, scope }: Write,
  owners: Owners,
  { force, self }: { force: boolean; self?: string },
): { left: Map<string, Owner>; comparison: Comparison } {
  const comparison = filtered(compare(live, next, scope.place), scope)
  const byVersion = new Map<string, Comparison | undefined>([[scope.apiVersion, comparison]])
  const left = new Map<string, Owner>()
  const conflicts: Conflict[] = []
  for (const [id, owner] of owners) {
    if (!byVersion.has(owner.apiVersion))
      byVersion.set(owner.apiVersion, inVersion({ live, next, scope }, owner.apiVersion))
    const changes = id === self ? NOTHING : byVersion.get(owner.apiVersion)
    if (!changes) continue // Its version is gone, and its fields with it.
    const taken = intersection(owner.fields, union(changes.added, changes.modified))
    conflicts.push(...paths(taken).map((path) => ({ owner, path })))
    const fields = difference(difference(owner.fields, taken), changes.removed)
    if (!isEmpty(fields)) left.set(id, fields === owner.fields ? owner : { ...owner, fields })
  }
  if (!force && conflicts.length > 0) throw new Conflicts(conflicts)
  return { left, comparison }
}

const NOTHING: Comparison = { added: EMPTY, removed: EMPTY, modified: EMPTY }

function filtered({ added, removed, modified }: Comparison, { ignored }: Scope): Comparison {
  return { added: without(added, ignored), removed: without(removed, ignored), modified: without(modified, ignored) }
}

function inVersion({ live, next, scope }: Write, apiVersion: string): Comparison | undefined {
  const [before, after] = [scope.inVersion(live, apiVersion), scope.inVersion(next, apiVersion)]
  return before && after && filtered(compare(before.object, after.object, after.place), scope)
}

/** Without what the manager applied the last time and does not now, as far as nobody else owns it. */
function prune(merged: KubeObject, last: Owner, owners: Owners, scope: Scope): KubeObject {
  const source = scope.inVersion(merged, last.apiVersion)
  if (!source || isEmpty(last.fields)) return merged
  const { object, place } = source
  const named = (fields: FieldSet) => withNamedFields(fields, place)
  const all = named(fieldSetOf(object, place))
  const applied = named(last.fields)
  const owned = [...owners.values()]
    .filter(({ apiVersion }) => apiVersion === last.apiVersion)
    .reduce((fields, owner) => union(fields, named(owner.fields)), EMPTY)
  const unapplied = named(fieldSetOf(remove(object, applied, place), place))
  const withOwned = remove(object, difference(all, union(unapplied, owned)), place)
  // What this manager never owned is not its to remove, even when nobody does.
  const gone = difference(all, named(fieldSetOf(withOwned, place)))
  return scope.fromVersion(remove(object, intersection(gone, applied), place) as KubeObject, last.apiVersion)
}
