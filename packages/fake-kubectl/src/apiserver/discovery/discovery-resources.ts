/**
 * One row of the table of kinds as discovery tells it: an APIResourceDiscovery of the aggregated document, or the
 * APIResources of the older one.
 * Source: apiserver/pkg/endpoints/installer.go; apiextensions-apiserver/pkg/apiserver/customresource_discovery_controller.go.
 */
import { createHash } from 'node:crypto'
import type { ResourceType, Subresource } from '../../api/kinds/row.ts'
import type { Registry } from '../../api/registry.ts'

export function resourceDiscovery(type: ResourceType): Record<string, unknown> {
  const { plural, singular, namespaced, verbs, shortNames, categories, subresources } = type
  return {
    resource: plural,
    responseKind: responseKind(type),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((it) => ({
        subresource: it.name,
        responseKind: responseKind(type, it),
        verbs: it.verbs,
      })),
    }),
  }
}

/** Built-in kinds leave out a group and version that are the resource's own; custom ones tell them. */
function responseKind({ custom, kind, ...own }: ResourceType, part?: Subresource): Record<string, string> {
  const { group, version } = custom ? own : { group: '', version: '' }
  return { group: part?.group ?? group, version: part?.version ?? version, kind: part?.kind ?? kind }
}

export function apiResources(type: ResourceType, kinds: Registry): Record<string, unknown>[] {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories, subresources } = type
  const resource = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    ...(isStored(type) && { storageVersionHash: storageVersionHash(kinds.resource(type.storage)) }),
  }
  return [resource, ...subresources.map((it) => subresource(type, it))]
}

function subresource({ plural, namespaced, kind }: ResourceType, it: Subresource): Record<string, unknown> {
  return {
    name: `${plural}/${it.name}`,
    singularName: '',
    namespaced,
    ...(it.group && { group: it.group, version: it.version }),
    kind: it.kind ?? kind,
    verbs: it.verbs,
  }
}

function isStored({ verbs, computed }: ResourceType): boolean {
  return verbs.includes('list') && !computed
}

function storageVersionHash({ group, version, kind }: ResourceType): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}
