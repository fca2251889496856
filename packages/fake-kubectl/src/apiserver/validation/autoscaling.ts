/** HorizontalPodAutoscalers. Source: kubernetes/pkg/apis/autoscaling/validation/validation.go. */
import { compareQuantities } from '../../api/quantity.ts'
import type { Field } from './field.ts'
import { nameErrors } from '../../api/names.ts'
import type { Rules } from './rules.ts'

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const SOURCES: Readonly<Record<string, string>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
  External: 'external',
}

export const horizontalPodAutoscalers: Rules = {
  validate(autoscaler) {
    const spec = autoscaler.at('spec')
    const [min, max] = [spec.at('minReplicas'), spec.at('maxReplicas')]
    if (min.isSet && min.value < 1) min.invalid('must be greater than or equal to 1')
    if (!(max.value >= 1)) max.invalid('must be greater than 0', max.value ?? 0)
    if (min.isSet && max.value < min.value) max.invalid('must be greater than or equal to `minReplicas`')
    validateTarget(spec.at('scaleTargetRef'))
    for (const metric of spec.at('metrics').items()) validateMetric(metric)
    for (const way of ['scaleUp', 'scaleDown']) validateRules(spec.at('behavior', way))
  },
}

function validateTarget(ref: Field): void {
  for (const field of ['kind', 'name']) {
    const part = ref.at(field)
    if (part.require()) for (const why of nameErrors(part.value, 'path-segment')) part.invalid(why)
  }
}

function validateMetric(metric: Field): void {
  const type = metric.at('type')
  if (!type.require('must specify a metric source type')) return
  if (!TYPES.includes(type.value)) return type.notSupported(TYPES)
  const name = SOURCES[type.value]!
  const source = metric.at(name)
  if (!source.isSet) return source.required('must populate information for the given metric source')
  const isResource = name === 'resource' || name === 'containerResource'
  if (isResource) source.at('name').require('must specify a resource name')
  else source.at('metric', 'name').require()
  validateMetricTarget(source.at('target'), isResource)
}

function validateMetricTarget(target: Field, isResource: boolean): void {
  target.at('type').requireOneOf(['AverageValue', 'Utilization', 'Value'])
  const { averageUtilization, averageValue, value } = target.value ?? {}
  if (averageUtilization !== undefined && averageUtilization < 1)
    target.at('averageUtilization').invalid('must be greater than 0')
  for (const field of ['value', 'averageValue']) {
    const amount = target.at(field)
    if (amount.isSet && compareQuantities(amount.value, '0') <= 0) amount.invalid('must be positive')
  }
  if (isResource) {
    if (averageUtilization === undefined && averageValue === undefined)
      target.at('averageUtilization').required('must set either a target raw value or a target utilization')
    else if (averageUtilization !== undefined && averageValue !== undefined)
      target.at('averageValue').forbidden('may not set both a target raw value and a target utilization')
  } else if (averageValue === undefined && value === undefined)
    target.at('averageValue').required('must set either a target value for metric or a per-pod target')
}

const POLICY_MAX_SECONDS = 1800
const WINDOW_MAX_SECONDS = 3600

function validateRules(rules: Field): void {
  if (!rules.isSet) return
  const window = rules.at('stabilizationWindowSeconds')
  window.nonNegative()
  if (window.value > WINDOW_MAX_SECONDS) window.invalid(`must be less than or equal to ${WINDOW_MAX_SECONDS}`)
  rules.at('selectPolicy').oneOf(['Disabled', 'Max', 'Min'])
  if (rules.at('policies').isEmpty) rules.at('policies').required('must specify at least one Policy')
  for (const policy of rules.at('policies').items()) {
    policy.at('type').requireOneOf(['Percent', 'Pods'])
    const period = policy.at('periodSeconds')
    for (const part of [policy.at('value'), period])
      if (!(part.value > 0)) part.invalid('must be greater than zero', part.value ?? 0)
    if (period.value > POLICY_MAX_SECONDS) period.invalid(`must be less than or equal to ${POLICY_MAX_SECONDS}`)
  }
}
