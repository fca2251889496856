/**
 * Defaults of nodes, namespaces, limits, quotas and access.
 * Source: kubernetes/pkg/apis/{core,rbac,resource}/v1/defaults.go.
 */
import { isFields } from '../../../api/meta.ts'
import { isZero, type Draft, type Rule } from './rule.ts'

export const CLUSTER: Readonly<Record<string, readonly Rule[]>> = {
  'core.v1.Namespace': [nameLabel],
  'core.v1.NodeStatus': [allocatable],
  'core.v1.Secret': [stringData],
  'core.v1.LimitRangeItem': [containerLimits],
  'rbac.v1.Subject': [subjectGroup],
  'resource.v1.ExactDeviceRequest': [deviceCount],
  'resource.v1.DeviceSubRequest': [deviceCount],
}

/** So that policies can select a namespace by its name. */
function nameLabel({ metadata }: Draft): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name }
}

function allocatable(status: Draft): void {
  if (status['capacity']) status['allocatable'] ??= { ...status['capacity'] }
}

/** Text that a client wrote for convenience becomes data. */
function stringData(secret: Draft): void {
  const text = secret['stringData']
  delete secret['stringData']
  if (!isFields(text) || isZero(text)) return
  const encoded = Object.entries(text).map(([key, value]) => [key, base64(String(value))])
  secret['data'] = { ...secret['data'], ...Object.fromEntries(encoded) }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** A maximum is also the default limit, a default limit or a minimum also the default request. */
function containerLimits(item: Draft): void {
  if (item['type'] !== 'Container') return
  const limits = { ...item['max'], ...item['default'] }
  const requests = { ...item['min'], ...limits, ...item['defaultRequest'] }
  if (!isZero(limits)) item['default'] = limits
  if (!isZero(requests)) item['defaultRequest'] = requests
}

function subjectGroup(subject: Draft): void {
  if (subject['kind'] === 'User' || subject['kind'] === 'Group') subject['apiGroup'] ??= 'rbac.authorization.k8s.io'
}

function deviceCount(request: Draft): void {
  if (request['allocationMode'] === 'ExactCount') request['count'] ??= 1
}
