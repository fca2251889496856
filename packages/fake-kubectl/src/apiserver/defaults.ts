/**
 * What the server fills in when an object is created: the defaults of its kind and what its admission plugins add.
 * An unset default would show in `kubectl get -o yaml` and in `describe`.
 * Source: kubernetes/pkg/apis/core/v1/defaults.go; plugins ServiceAccount, DefaultTolerationSeconds, Priority.
 */
import { at, isFields, type Fields, type KubeObject } from '../api/meta.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Random } from '../clock/random.ts'

type Defaulter = (object: KubeObject, random: Random) => KubeObject

const RBAC_GROUP = 'rbac.authorization.k8s.io'

const DEFAULTS: Readonly<Record<string, Defaulter>> = {
  Namespace: (it) => ({
    ...it,
    metadata: { ...it.metadata, labels: { 'kubernetes.io/metadata.name': it.metadata.name, ...it.metadata.labels } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }),
  Pod: (it, random) => podDefaults(it as Pod, random),
  Secret: ({ stringData, ...it }) => ({ ...it, ...secretData(it['data'], stringData), type: it['type'] ?? 'Opaque' }),
  Service: (it, random) => ({ ...it, spec: serviceSpec(it, random), status: { loadBalancer: {} } }),
  Node: (it) => ({ ...it, spec: it['spec'] ?? {}, status: it['status'] ?? {} }),
  RoleBinding: (it) => bindingDefaults(it),
  ClusterRoleBinding: (it) => bindingDefaults(it),
}

export function withDefaults(kind: string, object: KubeObject, random: Random): KubeObject {
  return DEFAULTS[kind]?.(object, random) ?? object
}

function podDefaults(pod: Pod, random: Random): KubeObject {
  const volume = `kube-api-access-${random.suffix(5)}`
  const account = pod.spec.serviceAccountName || 'default'
  const spec = {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    ...pod.spec,
    serviceAccountName: account,
    serviceAccount: account,
    tolerations: withTolerations(pod.spec['tolerations']),
  }
  const mounts = pod.spec['automountServiceAccountToken'] !== false
  const container = (it: Container) => containerDefaults(it, mounts ? volume : undefined)
  return {
    ...pod,
    spec: {
      ...spec,
      containers: pod.spec.containers.map(container),
      ...(pod.spec.initContainers && { initContainers: pod.spec.initContainers.map(container) }),
      ...(mounts && { volumes: [...listOf(pod.spec['volumes']), tokenVolume(volume)] }),
    },
    status: pod.status ?? { phase: 'Pending', qosClass: qosClass(pod.spec.containers) },
  }
}

function containerDefaults(container: Container, tokenVolumeName: string | undefined): Container {
  const mount = { name: tokenVolumeName, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  const ports = listOf(container['ports']).map((port) => ({ protocol: 'TCP', ...(port as object) }))
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: /:(?!latest$)[^/]+$|@/.test(container.image ?? '') ? 'IfNotPresent' : 'Always',
    ...container,
    resources: container.resources ?? {},
    ...(ports.length > 0 && { ports }),
    ...(tokenVolumeName && { volumeMounts: [...listOf(container['volumeMounts']), mount] }),
  }
}

function tokenVolume(name: string): Fields {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' }
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
  ]
  return { name, projected: { sources, defaultMode: 420 } }
}

const TOLERATED = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

function withTolerations(given: unknown): unknown[] {
  const tolerations = listOf(given)
  const missing = TOLERATED.filter((key) => !tolerations.some((it) => toleratesExecution(it, key)))
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  return [...tolerations, ...added]
}

function toleratesExecution(toleration: unknown, key: string): boolean {
  const effect = at(toleration, 'effect')
  return (
    [key, undefined].includes(at(toleration, 'key') as string) && [undefined, 'NoExecute'].includes(effect as string)
  )
}

/** Guaranteed when every container limits cpu and memory to what it requests, BestEffort when none asks for anything. */
export function qosClass(containers: readonly Container[]): string {
  const asks = containers.flatMap(({ resources }) => [resources?.requests ?? {}, resources?.limits ?? {}])
  if (asks.every((it) => Object.keys(it).length === 0)) return 'BestEffort'
  const guaranteed = containers.every(({ resources }) =>
    ['cpu', 'memory'].every((name) => {
      const limit = resources?.limits?.[name]
      return limit !== undefined && (resources?.requests?.[name] ?? limit) === limit
    }),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

function secretData(data: unknown, stringData: unknown): { data?: unknown } {
  const encoded = Object.entries(isFields(stringData) ? stringData : {}).map(([key, text]) => [
    key,
    base64(String(text)),
  ])
  return isFields(data) || encoded.length > 0 ? { data: { ...(data as object), ...Object.fromEntries(encoded) } } : {}
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function serviceSpec(service: KubeObject, random: Random): Fields {
  const spec = (service['spec'] ?? {}) as Fields
  const clusterIP = spec['clusterIP'] ?? `10.96.${random.integer(1, 250)}.${random.integer(2, 250)}`
  const ports = listOf(spec['ports']).map((port) => ({
    protocol: 'TCP',
    targetPort: at(port, 'port'),
    ...(port as object),
  }))
  return {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ...spec,
    clusterIP,
    clusterIPs: [clusterIP],
    ports,
  }
}

function bindingDefaults(binding: KubeObject): KubeObject {
  const subjects = listOf(binding['subjects']).map((subject) =>
    isFields(subject) && subject['kind'] !== 'ServiceAccount' ? { apiGroup: RBAC_GROUP, ...subject } : subject,
  )
  return {
    ...binding,
    roleRef: { apiGroup: RBAC_GROUP, ...(binding['roleRef'] as object) },
    ...(subjects.length > 0 && { subjects }),
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
