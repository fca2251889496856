/** Short words for the tests of living pods: put one on a node, see how it stands, read what was told of it. Not a test itself. */
import { createCluster, type Cluster, type WorldSpec } from '../src/index.ts'
import { ask, send } from './kit.ts'

export const PODS = '/api/v1/namespaces/default/pods'

/** One node, n1, on which whatever names it runs. */
export function oneNode(more: Partial<WorldSpec> = {}): Cluster {
  return createCluster({ scheduler: false, world: { nodes: [{ name: 'n1' }], ...more } })
}

/** Binds a pod to n1; `container` and `spec` add fields. @returns the answer's code */
export async function place(
  cluster: Cluster,
  name: string,
  container: object = {},
  spec: object = {},
): Promise<number> {
  const containers = [{ name: 'app', image: 'registry.example/app:1', ...container }]
  const answer = await send(cluster, 'POST', PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { nodeName: 'n1', containers, ...spec },
  })
  if (answer.code !== 201) throw new Error(answer.text)
  return answer.code
}

export async function podOf(cluster: Cluster, name: string): Promise<any> {
  return (await ask(cluster, `${PODS}/${name}`)).body
}

/** The cells of `kubectl get pods`: ready, status, restarts. */
export async function row(cluster: Cluster, name: string): Promise<string> {
  const { body } = await ask(cluster, PODS, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } })
  const cells = body.rows.map((it: { cells: string[] }) => it.cells).find((it: string[]) => it[0] === name)
  return cells ? cells.slice(1, 4).join(' ').replace(/ \(.*/, '') : 'gone'
}

/** What was told of a pod: `Warning BackOff Back-off …`, in the order of telling. */
export async function told(cluster: Cluster, name: string): Promise<string[]> {
  const { body } = await ask(cluster, `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=${name}`)
  const events = body.items as {
    type: string
    reason: string
    message: string
    metadata: { resourceVersion: string }
  }[]
  return events.map(({ type, reason, message }) => `${type} ${reason} ${message}`).sort()
}

export async function logOf(cluster: Cluster, name: string, query = ''): Promise<string> {
  return (await ask(cluster, `${PODS}/${name}/log${query}`)).text
}

export function conditionsOf(pod: any): Record<string, string> {
  const conditions = pod.status.conditions as { type: string; status: string; reason?: string }[]
  return Object.fromEntries(
    conditions.map(({ type, status, reason }) => [type, reason ? `${status} ${reason}` : status]),
  )
}
