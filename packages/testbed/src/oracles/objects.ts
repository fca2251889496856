/**
 * Objects of the cluster by short paths: `deployments/production/api`, `pods/production?app=api`, `nodes`.
 */
import type { Cluster, KubeObject } from '@mcp-lab/fake-kubectl'
import { kubectl } from '../scenarios/kubectl.ts'

/** All that the path means; none where there is none. @throws RangeError for a kind that there is not */
export async function objectsAt(cluster: Cluster, path: string): Promise<KubeObject[]> {
  const [, kind = '', namespace, name, selector] = /^([^/?]+)(?:\/([^/?]+))?(?:\/([^?]+))?(?:\?(.+))?$/.exec(path) ?? []
  const isClusterWide = namespace !== undefined && name === undefined && CLUSTER_WIDE.has(kind)
  const scope = isClusterWide
    ? [namespace]
    : [...(name ? [name] : []), ...(namespace === undefined || namespace === '*' ? ['-A'] : ['-n', namespace])]
  const labels = selector === undefined ? [] : ['-l', selector]
  const { code, stdout, stderr } = await kubectl(cluster, [
    'get',
    kind,
    ...scope,
    ...labels,
    '-o',
    'json',
    '--ignore-not-found',
  ])
  if (code !== 0) throw new RangeError(`${path}: ${stderr.trim()}`)
  if (stdout.trim() === '') return []
  const found = JSON.parse(stdout) as KubeObject & { items?: KubeObject[] }
  return found.items ?? [found]
}

const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  'nodes',
  'namespaces',
  'persistentvolumes',
  'storageclasses',
  'clusterroles',
  'clusterrolebindings',
])
