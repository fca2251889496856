/**
 * Where a pod may run: tolerations, affinity, spread.
 * Source: core/validation/validation.go, ValidateTolerations, validateAffinity, validateTopologySpreadConstraints.
 */
import type { Field } from '../field.ts'
import { dnsLabel, labelKey, labelValue } from '../formats.ts'
import { validateSelector } from '../selectors.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateTolerations(tolerations: Field): void {
  for (const toleration of tolerations.items()) {
    const { key, operator, value = '', effect, tolerationSeconds } = toleration.value
    toleration.at('key').optionalFormat(labelKey)
    const [operatorField, effectField] = [toleration.at('operator'), toleration.at('effect')]
    if (!key && operator !== 'Exists') operatorField.invalid(MATCH_ALL, operator ?? '')
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      effectField.invalid("effect must be 'NoExecute' when `tolerationSeconds` is set", effect ?? '')
    if (operator === 'Exists') {
      if (value !== '') operatorField.invalid("value must be empty when `operator` is 'Exists'", toleration.value)
    } else if (!operator || operator === 'Equal') {
      const errors = labelValue(value)
      if (errors.length > 0) operatorField.invalid(errors.join(';'), value)
    } else operatorField.notSupported(['Equal', 'Exists'])
    effectField.oneOf(EFFECTS)
  }
}

const MATCH_ALL = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'

export function validateTaints(taints: Field): void {
  const seen = new Set<string>()
  for (const taint of taints.items()) {
    taint.at('key').is(labelKey)
    const errors = labelValue(taint.value.value ?? '')
    if (errors.length > 0) taint.at('value').invalid(errors.join(';'))
    taint.at('effect').requireOneOf(EFFECTS)
    const pair = `${taint.value.effect}/${taint.value.key}`
    if (seen.has(pair)) taint.duplicate()
    seen.add(pair)
  }
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

export function validateAffinity(affinity: Field): void {
  const required = affinity.at('nodeAffinity', REQUIRED)
  if (required.isSet) validateNodeSelector(required)
  for (const term of affinity.at('nodeAffinity', PREFERRED).items()) {
    validateWeight(term.at('weight'))
    validateNodeTerm(term.at('preference'))
  }
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    for (const term of affinity.at(kind, REQUIRED).items()) validatePodTerm(term)
    for (const term of affinity.at(kind, PREFERRED).items()) {
      validateWeight(term.at('weight'))
      validatePodTerm(term.at('podAffinityTerm'))
    }
  }
}

export function validateNodeSelector(selector: Field): void {
  const terms = selector.at('nodeSelectorTerms')
  if (terms.require('must have at least one node selector term'))
    for (const term of terms.items()) validateNodeTerm(term)
}

function validateWeight(weight: Field): void {
  if (!(weight.value >= 1 && weight.value <= 100)) weight.invalid('must be in the range 1-100', weight.value ?? 0)
}

function validateNodeTerm(term: Field): void {
  for (const requirement of term.at('matchExpressions').items()) validateNodeRequirement(requirement)
  for (const requirement of term.at('matchFields').items()) {
    if (requirement.value.key !== 'metadata.name') requirement.at('key').invalid('not a valid field selector key')
    if (!['In', 'NotIn'].includes(requirement.value.operator))
      requirement.at('operator').invalid('not a valid selector operator')
  }
}

function validateNodeRequirement(requirement: Field): void {
  const [operator, values] = [requirement.at('operator'), requirement.at('values')]
  if (['In', 'NotIn'].includes(operator.value)) values.require("must be specified when `operator` is 'In' or 'NotIn'")
  else if (['Exists', 'DoesNotExist'].includes(operator.value)) {
    if (!values.isEmpty) values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
  } else if (['Gt', 'Lt'].includes(operator.value)) {
    if (values.items().length !== 1) values.required("must be specified single value when `operator` is 'Lt' or 'Gt'")
  } else operator.invalid('not a valid selector operator', operator.value ?? '')
  requirement.at('key').is(labelKey)
  for (const value of values.items()) value.is(labelValue)
}

function validatePodTerm(term: Field): void {
  validateSelector(term.at('labelSelector'))
  validateSelector(term.at('namespaceSelector'))
  for (const { value } of term.at('namespaces').items())
    for (const why of dnsLabel(value)) term.at('namespace').invalid(why, value)
  const key = term.at('topologyKey')
  if (key.isEmpty) key.required('can not be empty')
  key.is(labelKey)
}

const WHEN_UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway']

export function validateSpread(constraints: Field): void {
  const seen = new Set<string>()
  for (const constraint of constraints.items()) {
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint.value
    if (maxSkew <= 0) constraint.at('maxSkew').invalid('must be greater than zero', maxSkew)
    const key = constraint.at('topologyKey')
    if (key.isEmpty) key.required('can not be empty')
    else key.is(labelKey)
    const when = constraint.at('whenUnsatisfiable')
    if (!WHEN_UNSATISFIABLE.includes(whenUnsatisfiable)) when.notSupported(WHEN_UNSATISFIABLE, whenUnsatisfiable)
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`
    if (seen.has(pair)) constraint.at('{topologyKey, whenUnsatisfiable}').duplicate(pair)
    seen.add(pair)
    if (minDomains !== undefined && minDomains <= 0) constraint.at('minDomains').invalid('must be greater than zero')
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) constraint.at(policy).oneOf(['Honor', 'Ignore'])
    validateSelector(constraint.at('labelSelector'))
  }
}
