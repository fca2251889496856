/**
 * Budgets, priorities, storage classes, leases, endpoint slices, signing requests.
 * Source: kubernetes/pkg/apis/{policy,scheduling,storage,coordination,discovery,certificates}/validation/validation.go.
 */
import { equal } from '../../api/meta.ts'
import type { Field } from './field.ts'
import { dnsLabel, dnsSubdomain, ip } from './formats.ts'
import { atMost100Percent, validateIntOrPercent } from './numbers.ts'
import type { Rules } from './rules.ts'
import { validateSelector } from './selectors.ts'

export const podDisruptionBudgets: Rules = {
  validate(budget) {
    const spec = budget.at('spec')
    const [min, max] = [spec.at('minAvailable'), spec.at('maxUnavailable')]
    if (min.isSet && max.isSet) spec.invalid('minAvailable and maxUnavailable cannot be both set', inGo(spec.value))
    for (const field of [min, max]) {
      validateIntOrPercent(field)
      atMost100Percent(field)
    }
    validateSelector(spec.at('selector'))
    spec.at('unhealthyPodEvictionPolicy').oneOf(['AlwaysAllow', 'IfHealthyBudget'])
  },
}

/** The real server prints its own struct here. */
function inGo({ minAvailable, selector, maxUnavailable, unhealthyPodEvictionPolicy }: Field['value']): object {
  return {
    MinAvailable: minAvailable,
    Selector: selector ?? null,
    MaxUnavailable: maxUnavailable,
    UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
  }
}

const HIGHEST_OF_USERS = 1_000_000_000
const SYSTEM = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
])

export const priorityClasses: Rules = {
  validate(object) {
    const { metadata, value = 0 } = object.value
    const isSystem = SYSTEM.get(metadata.name) === value
    if (String(metadata.name).startsWith('system-') && !isSystem)
      object
        .at('metadata', 'name')
        .forbidden(
          `priority class names with 'system-' prefix are reserved for system use only. error: ${metadata.name} is not a known system priority class`,
        )
    if (value > HIGHEST_OF_USERS && !isSystem)
      object.at('value').forbidden(`maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`)
    object.at('preemptionPolicy').oneOf(['PreemptLowerPriority', 'Never'])
  },
  validateUpdate(object, previous) {
    if (object.value.value !== previous['value']) object.at('value').forbidden('may not be changed in an update.')
    if (object.value.preemptionPolicy !== previous['preemptionPolicy'])
      object.at('preemptionPolicy').invalid('field is immutable')
  },
}

export const storageClasses: Rules = {
  validate(object) {
    object.at('provisioner').require()
    object.at('reclaimPolicy').oneOf(['Delete', 'Retain'])
    object.at('volumeBindingMode').requireOneOf(['Immediate', 'WaitForFirstConsumer'])
  },
  validateUpdate(object, previous) {
    for (const field of ['parameters', 'provisioner', 'reclaimPolicy'])
      if (!equal(object.value[field] ?? {}, previous[field] ?? {}))
        object.at(field).forbidden(`updates to ${field} are forbidden.`)
    if (object.value.volumeBindingMode !== previous['volumeBindingMode'])
      object.at('volumeBindingMode').invalid('field is immutable')
  },
}

export const leases: Rules = {
  validate(lease) {
    const spec = lease.at('spec')
    const seconds = spec.at('leaseDurationSeconds')
    if (seconds.isSet && seconds.value <= 0) seconds.invalid('must be greater than 0')
    spec.at('leaseTransitions').nonNegative()
  },
}

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']

export const endpointSlices: Rules = {
  validate(slice) {
    const type = slice.at('addressType')
    type.requireOneOf(ADDRESS_TYPES)
    for (const endpoint of slice.at('endpoints').items()) {
      const addresses = endpoint.at('addresses')
      if (addresses.isEmpty) addresses.required('must contain at least 1 address')
      for (const address of addresses.items()) address.is(type.value === 'FQDN' ? dnsSubdomain : ip)
    }
    const names = new Set<string>()
    for (const item of slice.at('ports').items()) {
      const name = item.at('name')
      name.optionalFormat(dnsLabel)
      if (names.has(name.value)) name.duplicate()
      names.add(name.value)
      item.at('protocol').requireOneOf(['SCTP', 'TCP', 'UDP'])
    }
  },
  validateUpdate(slice, previous) {
    if (slice.value.addressType !== previous['addressType']) slice.at('addressType').invalid('field is immutable')
  },
}

export const signingRequests: Rules = {
  validate(request) {
    const spec = request.at('spec')
    spec.at('usages').require()
    const signer = spec.at('signerName')
    if (signer.require() && !/^[^/]+\.[^/]+\/[^/]+$/.test(signer.value))
      signer.invalid('must be a fully qualified domain and path of the form "example.com/signer-name"')
    const seconds = spec.at('expirationSeconds')
    if (seconds.isSet && seconds.value < 600)
      seconds.invalid('may not specify a duration less than 600 seconds (10 minutes)')
    validateConditions(request.at('status', 'conditions'))
  },
}

function validateConditions(conditions: Field): void {
  const types: string[] = conditions.items().map((it) => it.value.type)
  if (types.includes('Approved') && types.includes('Denied'))
    for (const it of conditions.items())
      if (it.value.type === 'Denied') it.at('type').invalid('Approved and Denied conditions are mutually exclusive')
}

export const runtimeClasses: Rules = {
  validate(object) {
    for (const why of dnsLabel(object.value.handler ?? ''))
      object.at('handler').invalid(why, object.value.handler ?? '')
  },
  validateUpdate(object, previous) {
    if (object.value.handler !== previous['handler']) object.at('handler').invalid('field is immutable')
  },
}
