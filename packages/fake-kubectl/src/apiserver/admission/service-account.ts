/**
 * ServiceAccount: a pod runs as somebody, and its containers find that identity in a mounted volume.
 * Source: kubernetes/plugin/pkg/admission/serviceaccount/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { KubeObject } from '../../api/meta.ts'
import { structs, type Draft } from '../defaults/rules/rule.ts'
import { isCreate, refused, type Plugin, type Write } from './plugin.ts'

const ACCOUNTS = builtIn('serviceaccounts')
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const VOLUME_PREFIX = 'kube-api-access-'
const TOKEN_SECONDS = 3607 // an hour, and a mark by which the server knows tokens that it may prolong
const MIRROR = 'kubernetes.io/config.mirror'

export const serviceAccount: Plugin = {
  name: 'ServiceAccount',
  kinds: ['pods'],
  admit(write) {
    const { object, server } = write
    if (!isCreate(write) || server.options?.serviceAccountAdmission === false) return
    if (object.metadata.annotations?.[MIRROR] !== undefined) return
    const { spec } = object
    spec.serviceAccountName ||= 'default'
    spec.serviceAccount = spec.serviceAccountName
    const account = accountOf(write)
    if (spec.automountServiceAccountToken ?? account?.['automountServiceAccountToken'] ?? true) mountToken(write)
    const secrets = account?.['imagePullSecrets']
    if (structs(spec.imagePullSecrets).length === 0 && secrets) spec.imagePullSecrets = structuredClone(secrets)
  },
}

function accountOf(write: Write): KubeObject | undefined {
  const { server, object, user } = write
  const { namespace = '' } = object.metadata
  const name = object.spec.serviceAccountName as string
  const account = server.store.find(ACCOUNTS, namespace, name)
  if (account || !user) return account
  throw refused(write, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`)
}

/** Into every container that has nothing mounted there yet. */
function mountToken({ server, object: { spec } }: Write): void {
  const present = structs(spec.volumes).find(({ name }) => String(name).startsWith(VOLUME_PREFIX))
  const name: string = present?.['name'] ?? VOLUME_PREFIX + server.random.suffix(5)
  const containers = [...structs(spec.initContainers), ...structs(spec.containers)]
  const bare = containers.filter((it) => !structs(it['volumeMounts']).some(isTokenMount))
  for (const container of bare) {
    container['volumeMounts'] = [...structs(container['volumeMounts']), { name, readOnly: true, mountPath: MOUNT_PATH }]
  }
  if (!present && bare.length > 0) spec.volumes = [...structs(spec.volumes), tokenVolume(name)]
}

function isTokenMount({ mountPath }: Draft): boolean {
  return mountPath === MOUNT_PATH
}

function tokenVolume(name: string): Draft {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' }
  const sources = [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
  ]
  return { name, projected: { sources, defaultMode: 0o644 } }
}
