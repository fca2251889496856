/**
 * LimitRanger: what a namespace's LimitRanges give to containers that ask for nothing, and what they refuse to others.
 * Source: kubernetes/plugin/pkg/admission/limitranger/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { isFields, type KubeObject } from '../../api/meta.ts'
import { aggregateRequests, podResources, type ResourceList } from '../defaults/rules/pod-resources.ts'
import { structs, type Draft } from '../defaults/rules/rule.ts'
import { limitErrors, type Use } from './limits.ts'
import { isCreate, refused, type Plugin, type Write } from './plugin.ts'

const LIMIT_RANGES = builtIn('limitranges')
const ANNOTATION = 'kubernetes.io/limit-ranger'

export const limitRanger: Plugin = {
  name: 'LimitRanger',
  kinds: ['pods', 'persistentvolumeclaims'],
  admit(write) {
    if (write.type.storage !== 'pods' || !isCreate(write)) return
    for (const range of ranges(write)) fillIn(write.object, range)
  },
  validate(write) {
    if (!write.user || !(isCreate(write) || isResize(write))) return
    for (const range of ranges(write)) {
      const errors = itemsOf(range).flatMap((item) => usesOf(write, item).flatMap((use) => limitErrors(item, use)))
      const distinct = [...new Set(errors)]
      if (distinct.length > 0) throw refused(write, distinct.length === 1 ? distinct[0]! : `[${distinct.join(', ')}]`)
    }
  },
}

function isResize({ type, operation, subresource }: Write): boolean {
  return operation === 'UPDATE' && (type.storage === 'pods' ? subresource === 'resize' : subresource === '')
}

function ranges({ server: { store }, object }: Write): KubeObject[] {
  return store.list(LIMIT_RANGES, object.metadata.namespace)
}

function itemsOf(range: KubeObject): Draft[] {
  return structs((range['spec'] as Draft | undefined)?.['limits'])
}

/** Gives containers what they leave open, and notes on the pod what was given. */
function fillIn(pod: KubeObject & Draft, range: KubeObject): void {
  const items = itemsOf(range).filter(({ type }) => type === 'Container')
  const limits: ResourceList = Object.assign({}, ...items.map((it) => it['default']))
  const requests: ResourceList = Object.assign({}, ...items.map((it) => it['defaultRequest']))
  const given = [
    ...structs(pod.spec.containers).flatMap((it) => giveTo(it, 'container', requests, limits)),
    ...structs(pod.spec.initContainers).flatMap((it) => giveTo(it, 'init container', requests, limits)),
  ]
  if (given.length === 0) return
  const text = `LimitRanger plugin set: ${given.join('; ')}`
  pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: text }
}

function giveTo(container: Draft, kind: string, requests: ResourceList, limits: ResourceList): string[] {
  const resources = isFields(container['resources']) ? (container['resources'] as Draft) : {}
  container['resources'] = resources
  return [
    ...complete(resources, 'requests', requests).map((names) => `${names} request for ${kind} ${container['name']}`),
    ...complete(resources, 'limits', limits).map((names) => `${names} limit for ${kind} ${container['name']}`),
  ]
}

/** @returns the names of what was missing, as one text; nothing when nothing was */
function complete(resources: Draft, part: string, defaults: ResourceList): string[] {
  const missing = Object.keys(defaults).filter((name) => resources[part]?.[name] === undefined)
  if (missing.length === 0) return []
  resources[part] = { ...resources[part], ...Object.fromEntries(missing.map((name) => [name, defaults[name]])) }
  return [missing.sort().join(', ')]
}

/** What an item of a LimitRange limits: each container, the whole pod, a claim. */
function usesOf({ type, object: { spec } }: Write, { type: limited }: Draft): Use[] {
  if (type.storage === 'persistentvolumeclaims') {
    return limited === 'PersistentVolumeClaim' ? [{ requests: spec.resources?.requests ?? {}, limits: undefined }] : []
  }
  if (limited === 'Pod') return [{ requests: podResources(spec), limits: limitsOfPod(spec) }]
  if (limited !== 'Container') return []
  return [...structs(spec.containers), ...structs(spec.initContainers)].map(({ resources }) => ({
    requests: resources?.requests ?? {},
    limits: resources?.limits ?? {},
  }))
}

function limitsOfPod(spec: Draft): ResourceList {
  return { ...aggregateRequests(spec, 'limits'), ...spec['resources']?.limits }
}
