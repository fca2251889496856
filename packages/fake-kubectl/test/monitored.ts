/** A cluster that is monitored and asked for something, and short words to ask its Prometheus. Not a test itself. */
import { createCluster, drive, type Cluster, type WorldSpec } from '../src/index.ts'

type Fields = Record<string, any>

/** `node` beside pods of a Deployment that want to be scraped. */
export function app(name: string, image: string, { replicas = 2, port = 8080, container = {} }: Fields = {}): Fields[] {
  const metadata = { name, namespace: 'shop' }
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port) }
  const containers = [{ name, image, ports: [{ containerPort: port }], ...container }]
  const template = { metadata: { labels: { app: name }, annotations }, spec: { containers } }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas, selector: { matchLabels: { app: name } }, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: port }] },
    },
  ]
}

const inMonitoring = (objects: Fields[]): Fields[] =>
  objects.map((it) => ({ ...it, metadata: { ...it['metadata'], namespace: 'monitoring' } }))

const PROMETHEUS = inMonitoring(app('prometheus', 'quay.io/prometheus/prometheus:v3.5.0', { replicas: 1, port: 9090 }))
const STATE = inMonitoring(app('kube-state-metrics', 'registry.k8s.io/kube-state-metrics:v2.17.0', { replicas: 1 }))

/** Three nodes; Prometheus and kube-state-metrics run, and the objects of `manifests`. */
export function monitoredCluster(
  { manifests = [], ...world }: Omit<WorldSpec, 'manifests'> & { manifests?: Fields[] },
  seed = 1,
): Cluster {
  const nodes = ['n1', 'n2', 'n3'].map((name) => ({ name, cores: 4, memoryBytes: 8 * 2 ** 30 }))
  const all = [...PROMETHEUS, ...STATE, ...manifests] as WorldSpec['manifests'] & object
  const cluster = createCluster({ seed, world: { nodes, ...world, manifests: all } })
  cluster.settle()
  return cluster
}

const API = 'https://cluster/api/v1/namespaces/monitoring/services/prometheus:80/proxy/api/v1'

export async function api(cluster: Cluster, path: string, parameters: Record<string, string> = {}): Promise<any> {
  const answer = drive(cluster, cluster.fetch(`${API}/${path}?${new URLSearchParams(parameters).toString()}`))
  return (await answer).json()
}

/** What a query comes to now: each sample's value by its labels, without those of targets. */
export async function query(cluster: Cluster, text: string): Promise<Record<string, number>> {
  const { data, error } = await api(cluster, 'query', { query: text })
  if (!data) throw new Error(error)
  const rows = (data.result as { metric: Record<string, string>; value: [number, string] }[]).map(
    ({ metric, value }) => [
      Object.entries(metric)
        .filter(([name]) => !['__name__', 'instance', 'metrics_path', 'uid'].includes(name))
        .map(([name, it]) => `${name}=${it}`)
        .sort()
        .join(' '),
      Number(value[1]),
    ],
  )
  return Object.fromEntries(rows) as Record<string, number>
}

/** The one value a query comes to; NaN where it comes to none. */
export async function value(cluster: Cluster, text: string): Promise<number> {
  return Object.values(await query(cluster, text))[0] ?? NaN
}
