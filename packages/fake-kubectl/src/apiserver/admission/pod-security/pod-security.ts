/**
 * PodSecurity: a namespace's labels say which of the Pod Security Standards its pods must keep (`enforce`), and of which
 * breaches the client is told (`warn`).
 * Source: k8s.io/pod-security-admission/admission/admission.go; api/helpers.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { at, equal, isFields, type KubeObject } from '../../../api/meta.ts'
import { invalid, invalidValue } from '../../../api/status.ts'
import type { Pod } from '../../../api/types.ts'
import { refused, type Plugin, type Write } from '../plugin.ts'
import { BASELINE } from './baseline.ts'
import { RESTRICTED } from './restricted.ts'
import type { Check, Subject } from './words.ts'

const NAMESPACES = builtIn('namespaces')
const PODS = builtIn('pods')
const PREFIX = 'pod-security.kubernetes.io/'
const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  privileged: [],
  baseline: BASELINE,
  restricted: RESTRICTED,
}
const LEVELS = Object.keys(CHECKS)
/** Of so many pods a namespace that gets stricter is told. */
const MAX_PODS = 3000

type Policy = { readonly level: string; readonly version: string }

/** Where a pod's spec is in what makes pods. */
const TEMPLATES: Readonly<Record<string, string>> = {
  pods: '',
  replicationcontrollers: 'spec.template',
  podtemplates: 'template',
  'replicasets.apps': 'spec.template',
  'deployments.apps': 'spec.template',
  'statefulsets.apps': 'spec.template',
  'daemonsets.apps': 'spec.template',
  'jobs.batch': 'spec.template',
  'cronjobs.batch': 'spec.jobTemplate.spec.template',
}

export const podSecurity: Plugin = {
  name: 'PodSecurity',
  kinds: [...Object.keys(TEMPLATES), 'namespaces'],
  validate(write) {
    if (write.user === undefined) return
    if (write.type.storage === 'namespaces') return namespaceChanges(write)
    if (write.subresource === '' || write.subresource === 'ephemeralcontainers') podChanges(write)
  },
}

function podChanges(write: Write): void {
  const { object, server, type, operation, subresource, warnings } = write
  const labels = server.store.find(NAMESPACES, '', object.metadata.namespace ?? '')?.metadata.labels
  if (!labels || !Object.keys(labels).some((key) => key.startsWith(PREFIX))) return
  const isPod = type.storage === 'pods'
  // What may change of a pod that is there does not count.
  if (isPod && operation === 'UPDATE' && subresource === '') return
  const subject = subjectOf(object, TEMPLATES[type.storage]!)
  if (!subject) return
  const enforced = policyOf(labels, 'enforce')
  const breach = isPod ? breachOf(subject, enforced) : undefined
  if (breach) throw refused(write, `violates PodSecurity ${named(enforced)}: ${breach}`)
  const warned = policyOf(labels, 'warn')
  const warning = breachOf(subject, warned)
  if (warning) warnings?.push(`would violate PodSecurity ${named(warned)}: ${warning}`)
}

function subjectOf(object: KubeObject, path: string): Subject | undefined {
  const template = path === '' ? object : at(object, path)
  if (!isFields(template) || !isFields(template['spec'])) return undefined
  return { spec: template['spec'] as unknown as Pod['spec'] }
}

/** A level that nobody knows is the strictest one. */
function policyOf(labels: Readonly<Record<string, string>>, mode: 'enforce' | 'warn'): Policy {
  const level = labels[PREFIX + mode] ?? 'privileged'
  const version = labels[`${PREFIX}${mode}-version`] ?? 'latest'
  return { level: LEVELS.includes(level) ? level : 'restricted', version }
}

function breachOf(subject: Subject, { level }: Policy): string | undefined {
  const found = CHECKS[level]!.map((check) => check(subject)).filter((it) => it !== undefined)
  return found.length > 0 ? found.join(', ') : undefined
}

function named({ level, version }: Policy): string {
  return JSON.stringify(`${level}:${version}`)
}

function namespaceChanges({ object, previous, server, type, warnings, subresource }: Write): void {
  if (subresource !== '') return
  const labels = object.metadata.labels ?? {}
  const wrong = ['enforce', 'audit', 'warn'].flatMap((mode) => {
    const key = PREFIX + mode
    const [level, version] = [labels[key], labels[`${key}-version`]]
    return [
      ...(level !== undefined && !LEVELS.includes(level)
        ? [invalidValue(`metadata.labels[${key}]`, level, `must be one of ${LEVELS.join(', ')}`)]
        : []),
      ...(version !== undefined && !/^(latest|v1\.(0|[1-9]\d*))$/.test(version)
        ? [invalidValue(`metadata.labels[${key}-version]`, version, 'must be "latest" or "v1.x"')]
        : []),
    ]
  })
  if (wrong.length > 0) throw invalid(type.kind, type.group, object.metadata.name, wrong)
  const [next, before] = [policyOf(labels, 'enforce'), policyOf(previous?.metadata.labels ?? {}, 'enforce')]
  if (!previous || equal(next, before) || next.level === 'privileged') return
  warnings?.push(
    ...existingBreaches(server.store.list(PODS, object.metadata.name) as Pod[], object.metadata.name, next),
  )
}

/** Pods that are there already stay; whoever tightens the rules is told of them, those alike together. */
function existingBreaches(pods: readonly Pod[], namespace: string, policy: Policy): string[] {
  const byBreach = new Map<string, string[]>()
  for (const pod of pods.slice(0, MAX_PODS)) {
    const breach = breachOf(subjectOf(pod, '')!, policy)
    if (breach) byBreach.set(breach, [...(byBreach.get(breach) ?? []), pod.metadata.name])
  }
  if (byBreach.size === 0) return []
  const lines = [...byBreach].map(([breach, [first, ...others]]) => {
    const more =
      others.length === 0 ? '' : others.length === 1 ? ' (and 1 other pod)' : ` (and ${others.length} other pods)`
    // Of existing pods only the reasons are told.
    return `${first}${more}: ${breach.replaceAll(/ \((?:[^()"]|"[^"]*")*\)/g, '')}`
  })
  return [
    `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${named(policy)}`,
    ...lines.sort(),
  ]
}
