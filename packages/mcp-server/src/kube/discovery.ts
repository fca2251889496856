/**
 * Which resource a word means: `po`, `Pod`, `pods`, `deployments.apps`, or `pods.` of the core group alone. Asks the API, so every kind it serves is known.
 *
 * A resource that was found is remembered for the life of the server; a word that was not is looked up again, since a
 * CustomResourceDefinition may have come since.
 * Source: Kubernetes API concepts, discovery; kubectl's order of preference (core, then the groups as listed).
 */
import { ToolError } from '../errors.ts'
import type { KubeClient } from './client.ts'
import { kubePath } from './path.ts'

export type Resource = {
  readonly apiGroup: string
  /** `/api/v1`, `/apis/apps/v1` */
  readonly root: string
  /** The plural, `deployments`. */
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
  /** Every word that means it, in lower case. */
  readonly words: readonly string[]
}

export type Discovery = {
  /** @throws ToolError when the API serves nothing of that name; the message offers what sounds alike */
  find(word: string, kube: KubeClient): Promise<Resource>
  /** Every resource that can be listed, the core group first. */
  all(kube: KubeClient): Promise<readonly Resource[]>
}

export function createDiscovery(): Discovery {
  let known: readonly Resource[] = []

  async function find(word: string, kube: KubeClient): Promise<Resource> {
    const remembered = match(known, word)
    if (remembered) return remembered
    // Most questions are about the core group: one request then, and not one for each group.
    known = await coreResources(kube)
    const core = match(known, word)
    if (core) return core
    known = [...known, ...(await groupResources(kube))]
    return match(known, word) ?? nothingCalled(word, known)
  }

  async function all(kube: KubeClient): Promise<readonly Resource[]> {
    known = [...(await coreResources(kube)), ...(await groupResources(kube))]
    return known
  }

  return { find, all }
}

function match(resources: readonly Resource[], word: string): Resource | undefined {
  const [name = '', ...group] = word.toLowerCase().split('.')
  return resources.find(
    ({ words, apiGroup }) => words.includes(name) && (group.length === 0 || apiGroup === group.join('.')),
  )
}

type ApiResourceList = {
  resources?: readonly {
    name: string
    singularName?: string
    kind: string
    namespaced: boolean
    shortNames?: readonly string[]
    verbs: readonly string[]
  }[]
}
type ApiGroupList = { groups?: readonly { name: string; preferredVersion: { version: string } }[] }

function coreResources(kube: KubeClient): Promise<Resource[]> {
  return resourcesAt(kube, '/api/v1', '')
}

async function groupResources(kube: KubeClient): Promise<Resource[]> {
  const { groups = [] } = await kube.get<ApiGroupList>('/apis')
  const lists = groups.map(({ name, preferredVersion }) =>
    resourcesAt(kube, kubePath`/apis/${name}/${preferredVersion.version}`, name),
  )
  return (await Promise.all(lists)).flat()
}

async function resourcesAt(kube: KubeClient, root: string, apiGroup: string): Promise<Resource[]> {
  const { resources = [] } = await kube.get<ApiResourceList>(root)
  return resources
    .filter(({ name, verbs }) => !name.includes('/') && verbs.includes('list'))
    .map(({ name, singularName = '', kind, namespaced, shortNames = [] }) => ({
      apiGroup,
      root,
      resource: name,
      kind,
      namespaced,
      words: [name, singularName, kind.toLowerCase(), ...shortNames].filter(Boolean),
    }))
}

const SAME_LETTERS = 3

function nothingCalled(word: string, known: readonly Resource[]): never {
  const start = word.toLowerCase().slice(0, SAME_LETTERS)
  const alike = known.filter(({ words }) => words.some((other) => other.startsWith(start))).map(qualified)
  const next = alike.length > 0 ? `did you mean ${alike.join(', ')}?` : 'try a plural such as pods or deployments.apps'
  throw new ToolError(`the server doesn't have a resource type "${word}"; ${next}`)
}

/** `deployments.apps`; the core group has no suffix. */
export function qualified({ resource, apiGroup }: Pick<Resource, 'resource' | 'apiGroup'>): string {
  return apiGroup === '' ? resource : `${resource}.${apiGroup}`
}

/** `apps/v1`, as a manifest says it. */
export function apiVersionOf({ root }: Pick<Resource, 'root'>): string {
  return root.replace(/^\/apis?\//, '')
}
