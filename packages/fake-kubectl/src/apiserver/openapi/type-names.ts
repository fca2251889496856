/**
 * What OpenAPI calls the types of kinds, and which kinds a type is: `io.k8s.api.apps.v1.Deployment`, `com.example.v1.Widget`.
 * Source: kube-openapi/pkg/util/util.go; apiextensions-apiserver/pkg/controller/openapi/builder.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import type { Registry } from '../../api/registry.ts'
import { packageOf } from '../../api/schema.ts'

export type Kind = { readonly group: string; readonly version: string; readonly kind: string }

export const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** A custom kind's type has its group the other way round. */
export function typeName({ group, version, kind }: Kind, custom = false): string {
  return custom
    ? `${group.split('.').toReversed().join('.')}.${version}.${kind}`
    : `${packageOf(group, version)}.${kind}`
}

export function listOf<T extends Kind>(kind: T): T {
  return { ...kind, kind: `${kind.kind}List` }
}

/** The kinds of every type that is one. */
export function kindsByType(registry: Registry): ReadonlyMap<string, readonly Kind[]> {
  const found = new Map<string, Kind[]>()
  const add = (name: string, kind: Kind) => void found.set(name, [...(found.get(name) ?? []), kind])
  for (const row of registry.all) {
    for (const kind of [plain(row), listOf(plain(row))]) add(typeName(kind, row.custom !== undefined), kind)
    for (const part of row.subresources) {
      const kind = { ...plain(row), ...part }
      if (part.kind && !found.has(typeName(kind))) add(typeName(kind), plain(kind))
    }
  }
  for (const { name: group, versions } of registry.groups) {
    for (const version of versions) add(`${META}.DeleteOptions`, { group, version, kind: 'DeleteOptions' })
  }
  for (const kind of ['Status', 'APIResourceList', 'APIGroup', 'APIGroupList', 'APIVersions']) {
    add(`${META}.${kind}`, { group: '', version: 'v1', kind })
  }
  return found
}

export function rowsOf(registry: Registry, group: string, version: string): ResourceType[] {
  return registry.all.filter((row) => row.group === group && row.version === version)
}

function plain({ group, version, kind }: Kind): Kind {
  return { group, version, kind }
}
