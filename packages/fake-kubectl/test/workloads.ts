/** Short words for the tests of workloads: make one, change it, read how it stands. Not a test itself. */
import { createCluster, type Cluster, type WorldSpec } from '../src/index.ts'
import { ask, send } from './kit.ts'

/** Where a kind's objects are: `deployments`, `jobs`, `pods` …; in the namespace default where it has namespaces. */
export function pathOf(plural: string): string {
  const group = GROUPS[plural]
  const namespace = CLUSTER_WIDE.has(plural) ? '' : '/namespaces/default'
  return `${group === undefined ? '/api/v1' : `/apis/${group}`}${namespace}/${plural}`
}

const CLUSTER_WIDE: ReadonlySet<string> = new Set(['nodes', 'persistentvolumes', 'storageclasses'])

const GROUPS: Record<string, string> = {
  deployments: 'apps/v1',
  replicasets: 'apps/v1',
  statefulsets: 'apps/v1',
  daemonsets: 'apps/v1',
  controllerrevisions: 'apps/v1',
  jobs: 'batch/v1',
  cronjobs: 'batch/v1',
  endpointslices: 'discovery.k8s.io/v1',
  poddisruptionbudgets: 'policy/v1',
  storageclasses: 'storage.k8s.io/v1',
  horizontalpodautoscalers: 'autoscaling/v2',
}

export const QUICK = 'registry.example/quick:1'
/** Fields of a container that never becomes ready. */
export const NEVER_READY = { readinessProbe: { tcpSocket: { port: 81 }, periodSeconds: 1 } }
export const MISSING = 'registry.example/missing:1'

/** Three nodes; images that start at once, or cannot be pulled. */
export function livingCluster(world: Partial<WorldSpec> = {}): Cluster {
  const nodes = ['n1', 'n2', 'n3'].map((name) => ({ name, cores: 4, memoryBytes: 8 * 2 ** 30 }))
  const images = [
    { image: '*/quick', sizeBytes: 1, ports: { '80': { '/*': 'ok' } } },
    { image: '*/missing', pull: { fails: 'not found' as const } },
  ]
  return createCluster({ world: { nodes, ...world, images: [...images, ...(world.images ?? [])] } })
}

export type Fields = Record<string, any>

/** @param spec beside selector and template */
export async function workload(
  cluster: Cluster,
  plural: string,
  name: string,
  { spec = {}, pod = {}, image = QUICK, container = {}, labels = { app: name } }: Fields = {},
): Promise<void> {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image, ...container }], ...pod } }
  const selector = plural === 'jobs' ? {} : { selector: { matchLabels: labels } }
  await created(cluster, plural, { metadata: { name }, spec: { ...selector, template, ...spec } })
}

export async function created(cluster: Cluster, plural: string, object: Fields): Promise<void> {
  const answer = await send(cluster, 'POST', pathOf(plural), object)
  if (answer.code !== 201) throw new Error(answer.text)
}

export async function changed(cluster: Cluster, plural: string, name: string, patch: Fields): Promise<void> {
  const type = { 'content-type': 'application/strategic-merge-patch+json' }
  const answer = await send(cluster, 'PATCH', `${pathOf(plural)}/${name}`, patch, type)
  if (answer.code !== 200) throw new Error(answer.text)
}

export function withImage(image: string, container: Fields = {}): Fields {
  return { spec: { template: { spec: { containers: [{ name: 'app', image, ...container }] } } } }
}

export async function removed(cluster: Cluster, plural: string, name: string, options: Fields = {}): Promise<void> {
  const answer = await send(cluster, 'DELETE', `${pathOf(plural)}/${name}`, options)
  if (answer.code !== 200) throw new Error(answer.text)
}

export async function one(cluster: Cluster, plural: string, name: string): Promise<any> {
  return (await ask(cluster, `${pathOf(plural)}/${name}`)).body
}

export async function all(cluster: Cluster, plural: string): Promise<any[]> {
  return (await ask(cluster, pathOf(plural))).body.items
}

export async function names(cluster: Cluster, plural: string): Promise<string[]> {
  return (await all(cluster, plural)).map(({ metadata }) => metadata.name)
}

/** What was told of an object: `Normal ScalingReplicaSet Scaled up …`, sorted. */
export async function toldOf(cluster: Cluster, name: string): Promise<string[]> {
  const { body } = await ask(cluster, `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=${name}`)
  return (body.items as Fields[]).map(({ type, reason, message }) => `${type} ${reason} ${message}`).sort()
}

/** A condition: `True NewReplicaSetAvailable`; undefined when there is none. */
export function condition({ status }: Fields, type: string): string | undefined {
  const found = status.conditions?.find((it: Fields) => it.type === type)
  return found && `${found.status} ${found.reason}`
}
