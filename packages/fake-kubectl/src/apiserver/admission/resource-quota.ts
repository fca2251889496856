/**
 * ResourceQuota: a namespace takes no more than its quotas allow. Whoever is let in is counted at once, so that the next
 * finds the new sum; the quota controller counts again when something goes.
 * Source: apiserver/pkg/admission/plugin/resourcequota/controller.go, CheckRequest.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, isFields, type KubeObject } from '../../api/meta.ts'
import { addQuantities, compareQuantities, subtractQuantities } from '../../api/quantity.ts'
import { updateAs } from '../managed-fields/own-write.ts'
import { matchesScopes } from '../../quota/scopes.ts'
import { usageOf } from '../../quota/usage.ts'
import type { ResourceList } from '../defaults/rules/pod-resources.ts'
import { structs, type Draft } from '../defaults/rules/rule.ts'
import { refused, type Plugin, type Write } from './plugin.ts'

const QUOTAS = builtIn('resourcequotas')
const WRITER = { component: 'kube-apiserver', subresource: 'status' } as const

export const resourceQuota: Plugin = {
  name: 'ResourceQuota',
  kinds: [], // all of them: `count/…` limits any
  validate(write) {
    const { server, type, object, user } = write
    if (!user || !type.namespaced || !isHandled(write)) return
    const quotas = server.store.list(QUOTAS, object.metadata.namespace)
    if (quotas.length === 0) return
    const charged = quotas.flatMap((quota) => charge(write, quota) ?? [])
    if (write.isDryRun) return
    for (const quota of charged) updateAs(server, QUOTAS, quota, WRITER)
  },
}

const SIZED = ['services', 'persistentvolumeclaims']

function isHandled({ type, operation, subresource }: Write): boolean {
  if (operation === 'CREATE') return subresource === ''
  return (subresource === '' && SIZED.includes(type.storage)) || (type.storage === 'pods' && subresource === 'resize')
}

/** The quota with the write counted in; undefined when it is none of the quota's business. @throws ApiError */
function charge(write: Write, quota: KubeObject): KubeObject | undefined {
  const { type, object } = write
  const { name } = quota.metadata
  const hard = listAt(quota, 'status.hard')
  const used = listAt(quota, 'status.used')
  const usage = usageOf(type, object)
  const limited = Object.keys(hard).filter((it) => it in usage || isOfPods(type.storage, it))
  if (limited.length === 0 || !matchesScopes(quota, object, type.storage === 'pods')) return undefined
  checkContainers(write, name, limited)
  if (limited.some((it) => used[it] === undefined)) {
    throw refused(write, `status unknown for quota: ${name}, resources: ${limited.sort().join(',')}`)
  }
  const asked = difference(write, usage, limited)
  if (Object.keys(asked).length === 0) return undefined
  const sums = Object.fromEntries(Object.entries(asked).map(([it, more]) => [it, addQuantities(used[it]!, more)]))
  const exceeded = Object.keys(sums).filter((it) => compareQuantities(sums[it]!, hard[it]!) > 0)
  if (exceeded.length > 0) throw refused(write, tooMuch(name, exceeded, [asked, used, hard]))
  return { ...quota, status: { ...(quota['status'] as object), used: { ...used, ...sums } } }
}

function tooMuch(name: string, exceeded: string[], [asked, used, hard]: ResourceList[]): string {
  const told = (list: ResourceList = {}) =>
    exceeded
      .sort()
      .map((it) => `${it}=${list[it]}`)
      .join(',')
  return `exceeded quota: ${name}, requested: ${told(asked)}, used: ${told(used)}, limited: ${told(hard)}`
}

/** What the write takes more than before, of what is limited. */
function difference({ type, previous }: Write, usage: ResourceList, limited: readonly string[]): ResourceList {
  const before = previous ? usageOf(type, previous) : {}
  const more = limited
    .filter((name) => usage[name] !== undefined)
    .map(
      (name) =>
        [name, before[name] === undefined ? usage[name]! : subtractQuantities(usage[name]!, before[name])] as const,
    )
  return Object.fromEntries(more.filter(([, amount]) => compareQuantities(amount, '0') > 0))
}

const MUST_BE_SAID = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']

function isOfPods(storage: string, name: string): boolean {
  return storage === 'pods' && MUST_BE_SAID.includes(name)
}

/** Where processors or memory are limited, every container must say what it takes. */
function checkContainers(write: Write, quota: string, limited: readonly string[]): void {
  if (write.type.storage !== 'pods' || isFields(write.object.spec.resources)) return
  const containers = [...structs(write.object.spec.containers), ...structs(write.object.spec.initContainers)]
  const missing = limited
    .filter((name) => MUST_BE_SAID.includes(name))
    .sort()
    .flatMap((name) => {
      const silent = containers.filter((it) => saidBy(it, name) === undefined).map((it) => String(it['name']))
      return silent.length > 0 ? [`${name} for: ${silent.sort().join(',')}`] : []
    })
  if (missing.length > 0) throw refused(write, `failed quota: ${quota}: must specify ${missing.join('; ')}`)
}

function saidBy({ resources }: Draft, name: string): unknown {
  const [part, resource] = name.includes('.') ? (name.split('.') as [string, string]) : ['requests', name]
  return resources?.[part]?.[resource]
}

function listAt(quota: KubeObject, path: string): ResourceList {
  return (at(quota, path) ?? {}) as ResourceList
}
