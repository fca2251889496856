/** Deployments, ReplicaSets, StatefulSets, DaemonSets. Source: kubernetes/pkg/apis/apps/validation/validation.go; pkg/registry/apps. */
import { equal, type Fields, type KubeObject } from '../../api/meta.ts'
import { validateTemplate, validateTemplateMetadata } from './core/pod-spec.ts'
import { validateClaimSpec } from './core/claims.ts'
import type { Field } from './field.ts'
import { dnsSubdomain } from './formats.ts'
import { atMost100Percent, isNothing, validateIntOrPercent } from './numbers.ts'
import type { Rules } from './rules.ts'
import { isEmptySelector, selects, validateSelector } from './selectors.ts'

export const deployments: Rules = {
  validate(deployment) {
    const spec = deployment.at('spec')
    spec.at('replicas').nonNegative()
    validateSelectorOf(spec, 'deployment')
    validatePods(spec, 'ReplicaSet')
    validateDeploymentStrategy(spec.at('strategy'))
    for (const field of ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'])
      spec.at(field).nonNegative()
    const deadline = spec.at('progressDeadlineSeconds')
    if (deadline.isSet && deadline.value <= (spec.value.minReadySeconds ?? 0))
      deadline.invalid('must be greater than minReadySeconds')
  },
  validateUpdate: (object, previous, subresource) => fixedSelector(object, previous, subresource),
}

export const replicaSets: Rules = {
  validate(set) {
    const spec = set.at('spec')
    spec.at('replicas').nonNegative()
    spec.at('minReadySeconds').nonNegative()
    validateSelectorOf(spec, 'deployment')
    validatePods(spec, 'ReplicaSet')
  },
  validateUpdate: (object, previous, subresource) => fixedSelector(object, previous, subresource),
}

export const daemonSets: Rules = {
  validate(set) {
    const spec = set.at('spec')
    validateSelector(spec.at('selector'))
    checkLabels(spec)
    if (spec.at('selector').isSet && isEmptySelector(spec.at('selector')))
      spec.at('selector').invalid('empty selector is invalid for daemonset')
    validateTemplate(spec.at('template'))
    validateAlways(spec, 'DaemonSet')
    spec.at('minReadySeconds').nonNegative()
    validateDaemonStrategy(spec.at('updateStrategy'))
    spec.at('revisionHistoryLimit').nonNegative()
  },
  validateUpdate: (object, previous, subresource) => fixedSelector(object, previous, subresource),
}

export const statefulSets: Rules = {
  validate(set) {
    const spec = set.at('spec')
    const policy = spec.at('podManagementPolicy')
    if (policy.require() && !['OrderedReady', 'Parallel'].includes(policy.value))
      policy.invalid("must be 'OrderedReady' or 'Parallel'")
    validateStatefulStrategy(spec.at('updateStrategy'))
    for (const when of ['whenDeleted', 'whenScaled'])
      spec.at('persistentVolumeClaimRetentionPolicy', when).oneOf(['Retain', 'Delete'])
    for (const field of ['replicas', 'minReadySeconds']) spec.at(field).nonNegative()
    spec.at('serviceName').optionalFormat(dnsSubdomain)
    validateSelectorOf(spec, 'statefulset')
    validatePods(spec, 'StatefulSet')
    for (const claim of spec.at('volumeClaimTemplates').items()) validateClaimSpec(claim.at('spec'))
  },
  validateUpdate(set, previous, subresource) {
    if (subresource !== '') return
    const [now, before] = [set.value.spec as Fields, (previous['spec'] ?? {}) as Fields]
    if (!equal(fixedParts(now), fixedParts(before))) set.at('spec').forbidden(STATEFUL_UPDATE)
  },
}

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]
const STATEFUL_UPDATE = `updates to statefulset spec for fields other than ${MUTABLE.slice(0, -1)
  .map((it) => `'${it}'`)
  .join(', ')} and 'minReadySeconds' are forbidden`

function fixedParts(spec: Fields): Fields {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !MUTABLE.includes(field)))
}

function fixedSelector(object: Field, previous: KubeObject, subresource: string): void {
  const selector = object.at('spec', 'selector')
  if (subresource === '' && !equal(selector.value, (previous['spec'] as Fields | undefined)?.['selector']))
    selector.invalid('field is immutable')
}

function validateSelectorOf(spec: Field, kind: string): void {
  const selector = spec.at('selector')
  if (!selector.isSet) return selector.required()
  validateSelector(selector)
  if (isEmptySelector(selector)) selector.invalid(`empty selector is invalid for ${kind}`)
}

function validatePods(spec: Field, kind: string): void {
  if (selects(spec.at('selector')) === undefined) return spec.at('selector').invalid('invalid label selector')
  checkLabels(spec)
  // What is mounted may be a claim that each pod is given, so the API server leaves the rest to the pods' own validation.
  if (kind === 'StatefulSet') validateTemplateMetadata(spec.at('template'))
  else validateTemplate(spec.at('template'))
  validateAlways(spec, kind)
}

function checkLabels(spec: Field): void {
  const labels = spec.at('template', 'metadata', 'labels')
  const selector = spec.at('selector')
  if (selector.isSet && isEmptySelector(selector)) return
  if (selects(selector, labels.value) === false) labels.invalid('`selector` does not match template `labels`')
}

function validateAlways(spec: Field, kind: string): void {
  const pod = spec.at('template', 'spec')
  if (pod.value?.restartPolicy !== 'Always')
    pod.at('restartPolicy').notSupported(['Always'], pod.value?.restartPolicy ?? '')
  if (pod.at('activeDeadlineSeconds').isSet)
    pod.at('activeDeadlineSeconds').forbidden(`activeDeadlineSeconds in ${kind} is not Supported`)
}

function validateDeploymentStrategy(strategy: Field): void {
  const { type, rollingUpdate } = strategy.value ?? {}
  if (type === 'Recreate') {
    if (rollingUpdate) strategy.at('rollingUpdate').forbidden("may not be specified when strategy `type` is 'Recreate'")
  } else if (type === 'RollingUpdate') validateRolling(strategy.at('rollingUpdate'))
  else strategy.notSupported(['Recreate', 'RollingUpdate'], { Type: type ?? '', RollingUpdate: rollingUpdate ?? null })
}

function validateRolling(update: Field): void {
  const [unavailable, surge] = [update.at('maxUnavailable'), update.at('maxSurge')]
  validateIntOrPercent(unavailable)
  validateIntOrPercent(surge)
  if (isNothing(unavailable.value) && isNothing(surge.value)) unavailable.invalid('may not be 0 when `maxSurge` is 0')
  atMost100Percent(unavailable)
}

function validateDaemonStrategy(strategy: Field): void {
  const type = strategy.at('type')
  if (type.value === 'OnDelete') return
  if (type.value !== 'RollingUpdate') return type.notSupported(['RollingUpdate', 'OnDelete'])
  const [unavailable, surge] = [
    strategy.at('rollingUpdate', 'maxUnavailable'),
    strategy.at('rollingUpdate', 'maxSurge'),
  ]
  for (const field of [unavailable, surge]) {
    validateIntOrPercent(field)
    atMost100Percent(field)
  }
  const [a, b] = [isNothing(unavailable.value), isNothing(surge.value)]
  if (!a && !b) surge.invalid('may not be set when maxUnavailable is non-zero')
  if (a && b) unavailable.required('cannot be 0 when maxSurge is 0')
}

function validateStatefulStrategy(strategy: Field): void {
  const [type, update] = [strategy.at('type'), strategy.at('rollingUpdate')]
  if (!type.require()) return
  if (type.value === 'RollingUpdate') {
    update.at('partition').nonNegative()
    const unavailable = update.at('maxUnavailable')
    validateIntOrPercent(unavailable)
    if (unavailable.isSet && isNothing(unavailable.value)) unavailable.invalid('cannot be 0')
    atMost100Percent(unavailable)
  } else if (type.value === 'OnDelete') {
    if (update.isSet) update.invalid("only allowed for updateStrategy 'RollingUpdate'")
  } else type.invalid("must be 'RollingUpdate' or 'OnDelete'")
}
