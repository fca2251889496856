/**
 * ConfigMaps, Secrets, ServiceAccounts, Namespaces, ResourceQuotas and LimitRanges.
 * Source: kubectl/pkg/describe/describe.go.
 */
import { byBytes, type Wire } from '../wire.ts'
import type { Describing } from './describers.ts'
import { rfc1123, type Description } from './description.ts'
import { canonical, quantity, quantityText } from './quantities.ts'

export function describeConfigMap(text: Description, object: Wire): void {
  text.head(object)
  text.put('\nData\n====\n')
  for (const key of keysOf(object.data)) text.put(`${key}:\n----\n${object.data[key]}\n\n`)
  text.put('\nBinaryData\n====\n')
  for (const key of keysOf(object.binaryData)) text.put(`${key}: ${bytesOf(object.binaryData[key])} bytes\n`)
  text.put('\n')
}

export function describeSecret(text: Description, object: Wire): void {
  const { type, data } = object
  text.head(object)
  text.put(`\nType:\t${type ?? ''}\n`)
  text.put('\nData\n====\n')
  for (const key of keysOf(data)) {
    const isToken = key === 'token' && type === 'kubernetes.io/service-account-token'
    text.line(0, `${key}:`, isToken ? Buffer.from(data[key], 'base64').toString() : `${bytesOf(data[key])} bytes`)
  }
}

export function describeServiceAccount(text: Description, object: Wire): void {
  text.head(object)
  const names = (object.imagePullSecrets ?? []).map(({ name }: Wire) => name)
  if (names.length === 0) text.line(0, 'Image pull secrets:', '<none>')
  names.forEach((name: string, i: number) => text.line(0, i === 0 ? 'Image pull secrets:' : ' '.repeat(19), name))
}

export async function describeNamespace(
  text: Description,
  { metadata, status = {} }: Wire,
  { listKnown }: Describing,
): Promise<void> {
  text.head({ metadata }, { namespaced: false })
  text.line(0, 'Status:', status.phase)
  const conditions: Wire[] = status.conditions ?? []
  if (conditions.length > 0) {
    text.line(0, 'Conditions:')
    const rows = conditions.map((it) => [it.type, it.status, rfc1123(it.lastTransitionTime), it.reason, it.message])
    text.table(1, ['Type', 'Status', 'LastTransitionTime', 'Reason', 'Message'], rows)
  }
  const namespace = metadata.name
  describeQuotas(text, await listKnown('', 'v1', 'resourcequotas', { namespace }))
  describeLimits(text, await listKnown('', 'v1', 'limitranges', { namespace }))
}

function describeQuotas(text: Description, quotas: readonly Wire[] | undefined): void {
  if (quotas === undefined) return
  text.put('\n')
  if (quotas.length === 0) return text.line(0, 'No resource quota.')
  text.line(0, 'Resource Quotas')
  for (const { metadata, spec, status = {} } of quotas.toSorted((a, b) => byBytes(a.metadata.name, b.metadata.name))) {
    text.line(1, 'Name:', metadata.name)
    describeScopes(text, spec.scopes, 1, '* ')
    text.line(1, 'Resource', 'Used', 'Hard')
    text.line(1, '--------', '---', '---')
    for (const name of keysOf(status.hard))
      text.line(1, name, canonical(status.used?.[name] ?? '0'), canonical(status.hard[name]))
  }
}

function describeLimits(text: Description, ranges: readonly Wire[] | undefined): void {
  if (ranges === undefined) return
  text.put('\n')
  if (ranges.length === 0) return text.line(0, 'No LimitRange resource.')
  text.line(0, 'Resource Limits')
  limitTable(text, ranges, ' ')
}

const LIMIT_COLUMNS = ['Type', 'Resource', 'Min', 'Max', 'Default Request', 'Default Limit', 'Max Limit/Request Ratio']
const LIMIT_RULES = ['----', '--------', '---', '---', '---------------', '-------------', '-----------------------']

function limitTable(text: Description, ranges: readonly Wire[], prefix: string): void {
  text.put(`${prefix}${LIMIT_COLUMNS.join('\t')}\n${prefix}${LIMIT_RULES.join('\t')}\n`)
  for (const {
    type,
    min = {},
    max = {},
    default: limit = {},
    defaultRequest = {},
    maxLimitRequestRatio = {},
  } of ranges.flatMap(({ spec }) => spec.limits ?? [])) {
    const parts: Wire[] = [min, max, defaultRequest, limit, maxLimitRequestRatio]
    // kubectl goes over a map, in no order; sorted is one of its orders.
    for (const name of keysOf(Object.assign({}, ...parts))) {
      text.line(
        0,
        `${prefix}${type}`,
        name,
        ...parts.map((part) => (part[name] === undefined ? '-' : canonical(part[name]))),
      )
    }
  }
}

export function describeLimitRange(text: Description, object: Wire): void {
  text.line(0, 'Name:', object.metadata.name)
  text.line(0, 'Namespace:', object.metadata.namespace)
  limitTable(text, [object], '')
}

export function describeQuota(text: Description, { metadata, spec = {}, status = {} }: Wire): void {
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  describeScopes(text, spec.scopes, 0, ' * ')
  text.line(0, 'Resource', 'Used', 'Hard')
  text.line(0, '--------', '----', '----')
  for (const name of keysOf(status.hard)) {
    const hard = quantity(status.hard[name])
    text.line(0, name, quantityText({ ...quantity(status.used?.[name]), binary: hard.binary }), quantityText(hard))
  }
}

const SCOPES: Record<string, string> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

function describeScopes(text: Description, scopes: readonly string[] = [], level: number, bullet: string): void {
  if (scopes.length === 0) return
  const sorted = scopes.toSorted(byBytes)
  text.line(level, 'Scopes:', sorted.join(', '))
  for (const scope of sorted) if (SCOPES[scope]) text.line(level, `${bullet}${SCOPES[scope]}`)
}

function keysOf(map: Wire): string[] {
  return Object.keys(map ?? {}).sort(byBytes)
}

function bytesOf(base64: string): number {
  return Buffer.from(base64, 'base64').length
}
