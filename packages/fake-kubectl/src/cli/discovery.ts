/**
 * Which resources the server has, and which of them a person means by `po`, `deploy.apps` or `Pod`.
 * Source: apimachinery/pkg/api/meta/{restmapper,priority}.go; client-go/restmapper/{shortcut,category_expansion}.go.
 */
import type { Client } from './client.ts'
import { CliFault } from './errors.ts'
import { formatApiVersion } from '../api/meta.ts'
import type { Wire } from './wire.ts'

export type Resource = {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly subresources: readonly string[]
}

export type Discovery = {
  /** Every resource in every version, core first, a group's preferred version first. */
  resources(): Promise<readonly Resource[]>
  /** @throws CliFault `the server doesn't have a resource type …` */
  resolve(argument: string): Promise<Resource>
  /** @throws CliFault `no matches for kind …` */
  forKind(apiVersion: string, kind: string): Promise<Resource>
  /** `all` → its resources; undefined when it is no category. */
  category(name: string): Promise<readonly Resource[] | undefined>
}

const ACCEPT =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList'

export function createDiscovery(client: Client): Discovery {
  let known: Promise<readonly Resource[]> | undefined
  const resources = (): Promise<readonly Resource[]> => (known ??= discover(client))
  return {
    resources,
    async resolve(argument) {
      const found = matching(await resources(), argument)
      if (found) return found
      throw new CliFault(`the server doesn't have a resource type ${JSON.stringify(argument.split('.')[0])}`)
    },
    async forKind(apiVersion, kind) {
      const found = (await resources()).find((it) => it.kind === kind && apiVersionOf(it) === apiVersion)
      if (found) return found
      throw new CliFault(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`)
    },
    async category(name) {
      const members = preferred(await resources()).filter(({ categories }) => categories.includes(name))
      return members.length === 0 ? undefined : members
    },
  }
}

export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return formatApiVersion(group, version)
}

/** `pods`, `deployments.apps`. */
export function qualifiedName({ plural, group }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`
}

/** `pod`, `deployment.apps`: how kubectl names what it has done. */
export function kindName({ kind, group }: Pick<Resource, 'kind' | 'group'>): string {
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`
}

/** One version of each resource, the server's favourite. */
export function preferred(resources: readonly Resource[]): readonly Resource[] {
  return resources.filter(
    (each, i) => resources.findIndex((it) => it.group === each.group && it.plural === each.plural) === i,
  )
}

export function pathOf(
  resource: Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced'>,
  { namespace = '', name = '', subresource = '' } = {},
): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const parts = [name, subresource].filter((part) => part !== '').map((part) => `/${encodeURIComponent(part)}`)
  return `${root}${scope}/${resource.plural}${parts.join('')}`
}

async function discover(client: Client): Promise<readonly Resource[]> {
  const lists = await Promise.all(['/api', '/apis'].map((path) => client.json('GET', path, { accept: ACCEPT })))
  const groups: Wire[] = lists.flatMap(({ items }) => items ?? [])
  if (groups.length === 0 && lists.some(({ kind }) => kind !== 'APIGroupDiscoveryList')) {
    throw new CliFault('the server has no aggregated discovery (Kubernetes before 1.27); use the stock kubectl')
  }
  return groups.flatMap((group) =>
    group.versions.flatMap((version: Wire) =>
      (version.resources ?? []).map((it: Wire) => resourceOf(group.metadata?.name ?? '', version.version, it)),
    ),
  )
}

function resourceOf(group: string, version: string, it: Wire): Resource {
  return {
    group,
    version,
    plural: it.resource,
    singular: it.singularResource ?? '',
    kind: it.responseKind?.kind ?? '',
    namespaced: it.scope === 'Namespaced',
    verbs: it.verbs ?? [],
    shortNames: it.shortNames ?? [],
    categories: it.categories ?? [],
    subresources: (it.subresources ?? []).map((sub: Wire) => sub.subresource),
  }
}

function matching(resources: readonly Resource[], argument: string): Resource | undefined {
  const [name = '', ...rest] = argument.split('.')
  const versioned = resources.find(
    (it) => rest.length > 1 && isCalled(it, name) && it.version === rest[0] && it.group === rest.slice(1).join('.'),
  )
  if (versioned) return versioned
  const group = rest.join('.')
  const called = resources.filter((it) => isCalled(it, name))
  const exact = called.find((it) => rest.length === 0 || it.group === group)
  if (exact) return exact
  return called.find((it) => it.group.startsWith(group)) ?? byKind(resources, argument)
}

function isCalled({ plural, singular, shortNames, kind }: Resource, name: string): boolean {
  const lower = name.toLowerCase()
  return plural === lower || singular === lower || shortNames.includes(lower) || kind === name
}

function byKind(resources: readonly Resource[], argument: string): Resource | undefined {
  return resources.find((it) => it.kind === argument)
}
