/** LimitRanges and ResourceQuotas. Source: kubernetes/pkg/apis/core/validation/validation.go, ValidateLimitRange, ValidateResourceQuotaSpec. */
import { equal, type Fields } from '../../../api/meta.ts'
import { compareQuantities } from '../../../api/quantity.ts'
import type { Field } from '../field.ts'
import { labelKey } from '../formats.ts'
import type { Rules } from '../rules.ts'

export const limitRanges: Rules = {
  validate(range) {
    const types = new Set<string>()
    for (const item of range.at('spec', 'limits').items()) {
      const type = item.at('type')
      type.is(labelKey)
      if (types.has(type.value)) type.duplicate()
      types.add(type.value)
      if (type.value === 'Pod')
        for (const part of ['default', 'defaultRequest'])
          if (!item.at(part).isEmpty) item.at(part).forbidden("may not be specified when `type` is 'Pod'")
      validateBounds(item)
    }
  },
}

type Order = readonly [low: string, high: string, told: string, text: string, value: string]

/** [part, not greater than this one, where it is told, in which words, with whose value] */
const ORDERS: readonly Order[] = [
  ['min', 'max', 'min', 'min value %l is greater than max value %h', 'min'],
  [
    'min',
    'defaultRequest',
    'defaultRequest',
    'min value %l is greater than default request value %h',
    'defaultRequest',
  ],
  [
    'defaultRequest',
    'max',
    'defaultRequest',
    'default request value %l is greater than max value %h',
    'defaultRequest',
  ],
  [
    'defaultRequest',
    'default',
    'defaultRequest',
    'default request value %l is greater than default limit value %h',
    'defaultRequest',
  ],
  ['min', 'default', 'default', 'min value %l is greater than default value %h', 'min'],
  ['default', 'max', 'default', 'default value %l is greater than max value %h', 'max'],
]

function validateBounds(item: Field): void {
  const parts = ['default', 'defaultRequest', 'max', 'maxLimitRequestRatio', 'min']
  const names = new Set(
    parts.flatMap((part) =>
      item
        .at(part)
        .entries()
        .map(([name]) => name),
    ),
  )
  for (const name of [...names].sort()) {
    for (const [low, high, told, text, value] of ORDERS) {
      const [a, b] = [item.value[low]?.[name], item.value[high]?.[name]]
      if (a === undefined || b === undefined || compareQuantities(a, b) <= 0) continue
      item.at(told).key(name).invalid(text.replace('%l', a).replace('%h', b), item.value[value][name])
    }
    const ratio = item.at('maxLimitRequestRatio').key(name)
    if (ratio.isSet && compareQuantities(ratio.value, '1') < 0) ratio.invalid(`ratio ${ratio.value} is less than 1`)
  }
}

const QUOTA_RESOURCES = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'secrets',
  'configmaps',
  'replicationcontrollers',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])

export const resourceQuotas: Rules = {
  validate(quota) {
    for (const [name, amount] of quota.at('spec', 'hard').entries()) {
      validateQuotaName(name, amount)
      amount.nonNegativeQuantity()
    }
    validateScopes(quota.at('spec'))
  },
  validateUpdate(quota, previous, subresource) {
    if (subresource !== '') return
    const before = (previous['spec'] as Fields | undefined)?.['scopes'] ?? []
    if (!equal([...(quota.value.spec.scopes ?? [])].sort(), [...(before as string[])].sort()))
      quota.at('spec', 'scopes').invalid('field is immutable')
  },
}

function validateQuotaName(name: string, field: Field): void {
  const why = labelKey(name)
  for (const it of why) field.invalid(it, name)
  if (why.length > 0 || name.includes('/')) return
  const isKnown = QUOTA_RESOURCES.has(name) || /^(requests\.|limits\.)?hugepages-/.test(name)
  if (!isKnown) field.invalid('must be a standard resource for quota', name)
}

const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const

/** Of the resources that belong to the server, those a scope makes sense for. */
const COUNTED_PODS = ['pods']
const COMPUTE = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']
const SCOPED: Readonly<Record<string, readonly string[]>> = {
  BestEffort: COUNTED_PODS,
  CrossNamespacePodAffinity: [...COUNTED_PODS, ...COMPUTE],
  NotBestEffort: [...COUNTED_PODS, ...COMPUTE],
  NotTerminating: [...COUNTED_PODS, ...COMPUTE],
  PriorityClass: [...COUNTED_PODS, ...COMPUTE],
  Terminating: [...COUNTED_PODS, ...COMPUTE],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
}

function validateScopes(spec: Field): void {
  const [scopes, limited] = [spec.at('scopes'), Object.keys(spec.value?.hard ?? {}).sort()]
  const values: string[] = scopes.value ?? []
  for (const scope of values) {
    const fitting = SCOPED[scope]
    if (!fitting) scopes.invalid('unsupported scope')
    for (const name of limited)
      if (QUOTA_RESOURCES.has(name) && !fitting?.includes(name)) scopes.invalid('unsupported scope applied to resource')
  }
  for (const [a, b] of OPPOSITES) if (values.includes(a) && values.includes(b)) scopes.invalid('conflicting scopes')
  for (const requirement of spec.at('scopeSelector', 'matchExpressions').items()) validateScope(requirement)
}

function validateScope(requirement: Field): void {
  const [name, operator, values] = [requirement.at('scopeName'), requirement.at('operator'), requirement.at('values')]
  if (!SCOPED[name.value]) name.invalid('unsupported scope', name.value ?? '')
  const takesValues = ['In', 'NotIn'].includes(operator.value)
  if (name.value !== 'PriorityClass' && name.value !== 'VolumeAttributesClass' && operator.value !== 'Exists')
    operator.invalid(
      "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      operator.value ?? '',
    )
  if (takesValues) values.require("must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
  else if (['Exists', 'DoesNotExist'].includes(operator.value)) {
    if (!values.isEmpty)
      values.invalid("must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
  } else operator.invalid('not a valid selector operator', operator.value ?? '')
}
