/** What the server warns of in pods and pod templates. Source: kubernetes/pkg/api/{pod/warnings,node/util}.go. */
import { at, isFields, type Fields } from '../../api/meta.ts'
import { parseQuantity } from '../../api/quantity.ts'

/** @param path where the pod or template stands, `''` for a pod itself */
export function podWarnings(pod: unknown, path: string): string[] {
  if (!isFields(pod)) return []
  const under = (field: string) => (path === '' ? field : `${path}.${field}`)
  const spec = isFields(pod['spec']) ? pod['spec'] : {}
  const containers = containersOf(spec, under('spec'))
  return [
    ...nodeLabels(spec, under('spec')),
    ...annotations(pod, under('metadata.annotations')),
    ...volumes(spec, under('spec.volumes')),
    ...repeated(spec['hostAliases'], 'ip', under('spec.hostAliases')),
    ...repeated(spec['imagePullSecrets'], 'name', under('spec.imagePullSecrets')),
    ...containers.flatMap(([container, at]) => containerWarnings(container, at)),
    ...portWarnings(containers),
    ...selectorless(spec, under('spec.affinity')),
  ]
}

type Placed = readonly [container: Fields, path: string]

function containersOf(spec: Fields, path: string): Placed[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    items(spec[list]).map((it, i): Placed => [it, `${path}.${list}[${i}]`]),
  )
}

const OLD_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
}

function nodeLabels(spec: Fields, path: string): string[] {
  const affinity = `${path}.affinity.nodeAffinity`
  const terms: Placed[] = [
    ...items(at(spec, `affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`)).map((it, i): Placed => [
      it,
      `${affinity}.${REQUIRED}.nodeSelectorTerms[${i}]`,
    ]),
    ...items(at(spec, `affinity.nodeAffinity.${PREFERRED}`)).map((it, i): Placed => [
      fields(it['preference']),
      `${affinity}.${PREFERRED}[${i}].preference`,
    ]),
  ]
  const keys = terms.flatMap(([term, where]) =>
    items(term['matchExpressions']).map((it, i) => [String(it['key']), `${where}.matchExpressions[${i}].key`] as const),
  )
  const spread = items(spec['topologySpreadConstraints']).map(
    (it, i) => [String(it['topologyKey']), `${path}.topologySpreadConstraints[${i}].topologyKey`] as const,
  )
  const selected = Object.keys(fields(spec['nodeSelector'])).filter((key) => Object.hasOwn(OLD_LABELS, key))
  return [
    ...selected.map((key) => `${path}.nodeSelector[${key}]: ${OLD_LABELS[key]}`),
    ...[...keys, ...spread]
      .filter(([key]) => Object.hasOwn(OLD_LABELS, key))
      .map(([key, where]) => `${where}: ${key} is ${OLD_LABELS[key]}`),
  ]
}

const OLD_ANNOTATIONS: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['seccomp.security.alpha.kubernetes.io/pod', 'non-functional in v1.27+; use the "seccompProfile" field instead'],
]

function annotations(pod: Fields, path: string): string[] {
  const given = fields(fields(pod['metadata'])['annotations'])
  return OLD_ANNOTATIONS.filter(([key]) => Object.hasOwn(given, key)).map(([key, why]) => `${path}[${key}]: ${why}`)
}

/** [field, why, how the warning spells it] */
const OLD_VOLUMES: readonly (readonly [string, string, string?])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

function volumes(spec: Fields, path: string): string[] {
  return items(spec['volumes']).flatMap((volume, i) =>
    OLD_VOLUMES.filter(([field]) => volume[field]).map(([field, why, said = field]) => `${path}[${i}].${said}: ${why}`),
  )
}

function repeated(list: unknown, field: string, path: string): string[] {
  const values = items(list).map((it) => String(it[field] ?? ''))
  return values.flatMap((value, i) => {
    if (field === 'name' && value === '') return [`${path}[${i}].name: invalid empty name ""`]
    return values.indexOf(value) < i ? [`${path}[${i}].${field}: duplicate ${field} ${JSON.stringify(value)}`] : []
  })
}

function containerWarnings(container: Fields, path: string): string[] {
  const sizes = ['memory', 'ephemeral-storage']
  return [
    ...fractionWarnings(container['resources'], `${path}.resources`, sizes),
    ...hiddenVariables(container, `${path}.env`),
  ]
}

/** Half a byte: most often `100m` where `100M` was meant. */
export function fractionWarnings(resources: unknown, path: string, names: readonly string[]): string[] {
  return names.flatMap((name) =>
    ['limits', 'requests'].flatMap((part) => {
      const value = fields(fields(resources)[part])[name]
      if (typeof value !== 'string' || Number.isInteger(parseQuantity(value))) return []
      return [`${path}.${part}[${name}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`]
    }),
  )
}

/** A variable may be defined again from its earlier value, `$(PATH):/bin`, but not in its place. */
function hiddenVariables(container: Fields, path: string): string[] {
  const seen = new Set<string>()
  return items(container['env']).flatMap((variable, i) => {
    const name = String(variable['name'])
    const value = String(variable['value'] ?? '')
    const own = `$(${name})`
    const hides = seen.has(name) && (variable['valueFrom'] !== undefined || value === own || !value.includes(own))
    seen.add(name)
    const text = `${path}[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`
    return hides ? [text] : []
  })
}

type Port = { readonly port: Fields; readonly path: string }

function portWarnings(containers: readonly Placed[]): string[] {
  const taken = new Map<string, Port[]>()
  return containers.flatMap(([container, path]) =>
    items(container['ports']).flatMap((port, i) => {
      const it = { port, path: `${path}.ports[${i}]` }
      const key = `${String(port['containerPort'])}/${String(port['protocol'] ?? 'TCP')}`
      const others = taken.get(key) ?? []
      taken.set(key, [...others, it])
      return others.flatMap((other) => clash(it, other))
    }),
  )
}

function clash({ port, path }: Port, other: Port): string[] {
  const [hostPort, otherHostPort] = [port['hostPort'] ?? 0, other.port['hostPort'] ?? 0]
  const [hostIP, otherHostIP] = [port['hostIP'] ?? '', other.port['hostIP'] ?? '']
  const say = (what: string) => [`${path}: ${what} port definition with ${other.path}`]
  if (hostIP === otherHostIP && hostPort === otherHostPort) return say('duplicate')
  if (hostPort === 0 || otherHostPort === 0) return say('overlapping')
  return hostPort === otherHostPort && (hostIP === '') !== (otherHostIP === '') ? say('dangerously ambiguous') : []
}

function selectorless(spec: Fields, path: string): string[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => {
    const affinity = fields(fields(spec['affinity'])[kind])
    const required = items(affinity[REQUIRED]).map(
      (it, i) => [it, `${path}.${kind}.${REQUIRED}[${i}].labelSelector`] as const,
    )
    const preferred = items(affinity[PREFERRED]).map(
      (it, i) =>
        [fields(it['podAffinityTerm']), `${path}.${kind}.${PREFERRED}[${i}].podAffinityTerm.labelSelector`] as const,
    )
    return [...required, ...preferred]
      .filter(([term]) => term['labelSelector'] === undefined)
      .map(([, where]) => `${where}: a null labelSelector results in matching no pod`)
  })
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

function items(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter((it) => isFields(it)) : []
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}
