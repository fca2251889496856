/**
 * Defaults of pods: some of every pod spec, some only of a pod itself and never of a template.
 * Source: kubernetes/pkg/apis/core/v1/defaults.go.
 */
import { isFields } from '../../../api/meta.ts'
import { roundUpToMilli } from '../../../api/quantity.ts'
import { aggregateRequests } from './pod-resources.ts'
import { structs, type Draft, type Rule } from './rule.ts'

export const PODS: Readonly<Record<string, readonly Rule[]>> = {
  'core.v1.Pod': [requestsFromLimits, podLevelRequests, serviceLinks, hostPorts],
  'core.v1.PodSpec': [deprecatedServiceAccount, overheadInMillis],
  'core.v1.Container': [pullPolicy, resourcesInMillis],
  'core.v1.EphemeralContainer': [pullPolicy, resourcesInMillis],
  'core.v1.Volume': [emptyDir, imagePullPolicy],
}

/** Only on a pod: a template may still meet a LimitRange that knows better. */
function requestsFromLimits({ spec }: Draft): void {
  for (const container of [...structs(spec.containers), ...structs(spec.initContainers)]) {
    const { limits, requests } = container['resources']
    if (isFields(limits)) container['resources'].requests = { ...limits, ...requests }
  }
}

/** When a pod as a whole is limited, what it requests as a whole is what its containers do, or else the limit. */
function podLevelRequests({ spec }: Draft): void {
  const { limits, requests } = spec.resources ?? {}
  if (!isFields(limits)) return
  const containers = Object.fromEntries(Object.entries(aggregateRequests(spec)).filter(([name]) => isShared(name)))
  spec.resources.requests = { ...limits, ...containers, ...requests }
}

function isShared(name: string): boolean {
  return name === 'cpu' || name === 'memory'
}

function serviceLinks({ spec }: Draft): void {
  spec.enableServiceLinks ??= true
}

function hostPorts({ spec }: Draft): void {
  if (!spec.hostNetwork) return
  for (const container of [...structs(spec.containers), ...structs(spec.initContainers)]) {
    for (const port of structs(container['ports'])) port['hostPort'] ??= port['containerPort']
  }
}

/** The old name of the field still shows what the new one says. */
function deprecatedServiceAccount(spec: Draft): void {
  const name = spec['serviceAccountName'] ?? spec['serviceAccount']
  if (name !== undefined) Object.assign(spec, { serviceAccountName: name, serviceAccount: name })
}

function overheadInMillis(spec: Draft): void {
  inMillis(spec, 'overhead')
}

function resourcesInMillis({ resources }: Draft): void {
  inMillis(resources, 'requests')
  inMillis(resources, 'limits')
}

function inMillis(draft: Draft, field: string): void {
  if (!isFields(draft[field])) return
  draft[field] = Object.fromEntries(
    Object.entries(draft[field]).map(([name, it]) => [name, roundUpToMilli(String(it))]),
  )
}

function pullPolicy(container: Draft): void {
  container['imagePullPolicy'] ??= policyFor(container['image'])
}

function imagePullPolicy({ image }: Draft): void {
  if (isFields(image)) (image as Draft)['pullPolicy'] ??= policyFor(image['reference'])
}

/** Without a tag, an image means `latest`, unless a digest pins it. */
function policyFor(image: unknown): string {
  const name = typeof image === 'string' ? image : ''
  if (name.includes('@')) return 'IfNotPresent'
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function emptyDir(volume: Draft): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume['emptyDir'] = {}
}
