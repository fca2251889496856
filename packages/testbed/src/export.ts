/**
 * A cluster's state as manifests that somebody else can start from: what people have made, without what the cluster filled
 * in, and without anything secret. Only reads.
 */
import type { KubeObject } from '@mcp-lab/fake-kubectl'
import { sanitize } from '@mcp-lab/sanitizer'
import { UserError } from './user-error.ts'

type Fetch = (request: Request) => Promise<Response>

/** What is worth starting from, in the order in which it can be made. */
const PATHS: readonly string[] = [
  'api/v1/namespaces',
  'apis/storage.k8s.io/v1/storageclasses',
  'apis/scheduling.k8s.io/v1/priorityclasses',
  'apis/rbac.authorization.k8s.io/v1/clusterroles',
  'apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  'apis/networking.k8s.io/v1/ingressclasses',
  'api/v1/serviceaccounts',
  'api/v1/configmaps',
  'api/v1/secrets',
  'api/v1/resourcequotas',
  'api/v1/limitranges',
  'apis/rbac.authorization.k8s.io/v1/roles',
  'apis/rbac.authorization.k8s.io/v1/rolebindings',
  'api/v1/persistentvolumeclaims',
  'api/v1/services',
  'apis/apps/v1/deployments',
  'apis/apps/v1/statefulsets',
  'apis/apps/v1/daemonsets',
  'apis/batch/v1/cronjobs',
  'apis/batch/v1/jobs',
  'apis/autoscaling/v2/horizontalpodautoscalers',
  'apis/policy/v1/poddisruptionbudgets',
  'apis/networking.k8s.io/v1/networkpolicies',
  'apis/networking.k8s.io/v1/ingresses',
  'api/v1/pods',
]

/** Every cluster has these from the start. */
const GIVEN_NAMES =
  /^(system:|kubeadm:|kube-root-ca\.crt$|kubernetes$|cluster-admin$|admin$|edit$|view$|system-(node|cluster)-critical$)/
const GIVEN_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease'])
/**
 * @param namespaces only these; all when absent
 * @returns objects by file: `cluster` for what has no namespace, else the namespace's name
 * @throws UserError when the cluster refuses or cannot be reached
 */
export async function exportManifests(
  fetch: Fetch,
  namespaces?: readonly string[],
): Promise<Map<string, KubeObject[]>> {
  const files = new Map<string, KubeObject[]>()
  for (const path of PATHS) {
    for (const object of await listed(fetch, path)) {
      const { namespace, name } = object.metadata
      const file = namespace ?? (object['kind'] === 'Namespace' ? name : 'cluster')
      if (isGiven(object) || (namespaces && file !== 'cluster' && !namespaces.includes(file))) continue
      files.set(file, [...(files.get(file) ?? []), bared(object)])
    }
  }
  return files
}

async function listed(fetch: Fetch, path: string): Promise<KubeObject[]> {
  const response = await fetch(new Request(`https://cluster/${path}`)).catch((fault: Error) => {
    throw new UserError(`The cluster cannot be read: ${fault.message}`, 'Is it there, and is the kubeconfig right?')
  })
  // What a cluster does not serve, nobody has made there.
  if (response.status === 404) return []
  const body = (await response.json()) as { message?: string; kind: string; apiVersion: string; items?: KubeObject[] }
  if (!response.ok)
    throw new UserError(
      `The cluster refuses /${path}: ${body.message ?? response.status}`,
      'Reading needs the rights of a viewer, and to list Secrets.',
    )
  const kind = body.kind.replace(/List$/, '')
  return (body.items ?? []).map((item) => ({ ...item, kind, apiVersion: body.apiVersion }))
}

/** Made by the cluster, or by another object that is exported. */
function isGiven({ kind, metadata, type }: KubeObject): boolean {
  if (metadata.ownerReferences?.some(({ controller }) => controller)) return true
  if (kind === 'Namespace' && GIVEN_NAMESPACES.has(metadata.name)) return true
  if (kind === 'ServiceAccount' && metadata.name === 'default') return true
  if (kind === 'Secret' && type === 'kubernetes.io/service-account-token') return true
  return GIVEN_NAMES.test(metadata.name) || metadata.labels?.['kubernetes.io/bootstrapping'] !== undefined
}

/** Without what the cluster filled in, and without anything secret. */
function bared(object: KubeObject): KubeObject {
  const { metadata, status: _status, ...rest } = object
  const { name, namespace, labels, annotations } = metadata
  const kept = Object.entries(annotations ?? {}).filter(
    ([key]) => !/last-applied-configuration|deployment\.kubernetes\.io\/|pv\.kubernetes\.io|volume\./.test(key),
  )
  const clean = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels && { labels }),
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
  }
  const { apiVersion, kind, ...fields } = rest
  const body = kind === 'Secret' ? emptied(fields) : unassigned(String(kind), fields)
  return sanitize({ apiVersion, kind, metadata: clean, ...body }).value as KubeObject
}

/** Its keys, since others name them, and nothing in them. */
function emptied(secret: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys((secret['data'] ?? {}) as object)
  return { type: secret['type'], data: Object.fromEntries(keys.map((key) => [key, ''])) }
}

/** What another cluster assigns anew. */
function unassigned(kind: string, body: Record<string, unknown>): Record<string, unknown> {
  const spec = body['spec'] as Record<string, unknown> | undefined
  if (!spec) return body
  const assigned =
    {
      Service: spec['clusterIP'] === 'None' ? ['clusterIPs'] : ['clusterIP', 'clusterIPs'],
      PersistentVolumeClaim: ['volumeName'],
      Pod: ['nodeName'],
      Namespace: ['finalizers'],
    }[kind] ?? []
  const left = Object.entries(spec).filter(([field]) => !assigned.includes(field))
  return { ...body, spec: Object.fromEntries(left) }
}
