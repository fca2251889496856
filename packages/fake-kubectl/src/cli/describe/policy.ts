/**
 * HorizontalPodAutoscalers, PodDisruptionBudgets and PriorityClasses. Source: kubectl/pkg/describe/describe.go.
 */
import { labelsText } from '../printers/table.ts'
import { quoted, type Wire } from '../wire.ts'
import { rfc1123, selectorText, type Description } from './description.ts'

export function describeBudget(text: Description, { metadata, spec, status = {} }: Wire): void {
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  if (spec.minAvailable !== undefined) text.line(0, 'Min available:', spec.minAvailable)
  else if (spec.maxUnavailable !== undefined) text.line(0, 'Max unavailable:', spec.maxUnavailable)
  text.line(0, 'Selector:', spec.selector ? selectorText(spec.selector) : '<unset>')
  text.line(0, 'Status:')
  text.line(2, 'Allowed disruptions:', status.disruptionsAllowed ?? 0)
  text.line(2, 'Current:', status.currentHealthy ?? 0)
  text.line(2, 'Desired:', status.desiredHealthy ?? 0)
  text.line(2, 'Total:', status.expectedPods ?? 0)
}

export function describePriorityClass(
  text: Description,
  { metadata, value = 0, globalDefault, preemptionPolicy, description }: Wire,
): void {
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Value:', value)
  text.line(0, 'GlobalDefault:', String(globalDefault === true))
  text.line(0, 'PreemptionPolicy:', preemptionPolicy)
  text.line(0, 'Description:', description)
  text.line(0, 'Annotations:', labelsText(metadata.annotations))
}

export function describeAutoscaler(text: Description, object: Wire): void {
  const { metadata, spec, status = {} } = object
  text.head(object)
  text.line(0, 'CreationTimestamp:', rfc1123(metadata.creationTimestamp))
  text.line(0, 'Reference:', `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`)
  text.line(0, 'Metrics:', '( current / target )')
  ;(spec.metrics ?? []).forEach((metric: Wire, i: number) => {
    const [label, amounts] = metricText(metric, status.currentMetrics?.[i] ?? {})
    text.line(1, label, ...amounts)
  })
  text.line(0, 'Min replicas:', spec.minReplicas ?? '<unset>')
  text.line(0, 'Max replicas:', spec.maxReplicas)
  if (spec.behavior) {
    text.line(0, 'Behavior:')
    describeDirection(text, 'Scale Up', spec.behavior.scaleUp)
    describeDirection(text, 'Scale Down', spec.behavior.scaleDown)
  }
  text.line(
    0,
    `${spec.scaleTargetRef.kind} pods:`,
    `${status.currentReplicas ?? 0} current / ${status.desiredReplicas ?? 0} desired`,
  )
  if ((status.conditions ?? []).length === 0) return
  text.line(0, 'Conditions:')
  const rows = status.conditions.map(({ type, status: is, reason, message }: Wire) => [type, is, reason, message])
  text.table(1, ['Type', 'Status', 'Reason', 'Message'], rows)
}

type Line = readonly [label: string, amounts: readonly string[]]

function metricText(metric: Wire, current: Wire): Line {
  switch (metric.type) {
    case 'Resource':
      return resourceText(`resource ${metric.resource.name} on pods`, metric.resource.target, current.resource?.current)
    case 'ContainerResource': {
      const { name, container, target } = metric.containerResource
      return resourceText(
        `resource ${name} of container "${container}" on pods`,
        target,
        current.containerResource?.current,
      )
    }
    case 'Pods':
      return [
        `${quoted(metric.pods.metric.name)} on pods:`,
        [pair(current.pods?.current?.averageValue, metric.pods.target.averageValue)],
      ]
    case 'Object': {
      const { metric: its, describedObject, target } = metric.object
      const head = `"${its.name}" on ${describedObject.kind}/${describedObject.name}`
      return valueText(`${head} `, target, current.object?.current)
    }
    case 'External':
      return valueText(`${quoted(metric.external.metric.name)} `, metric.external.target, current.external?.current)
    default:
      return [`<unknown metric type ${quoted(metric.type ?? '')}>`, []]
  }
}

function resourceText(head: string, target: Wire, current: Wire): Line {
  if (target.averageValue !== undefined) return [`${head}:`, [pair(current?.averageValue, target.averageValue)]]
  const used =
    current?.averageUtilization === undefined ? undefined : `${current.averageUtilization}% (${current.averageValue})`
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`
  return [`${head}  (as a percentage of request):`, [pair(used, wanted)]]
}

function valueText(head: string, target: Wire, current: Wire): Line {
  if (target.averageValue !== undefined)
    return [`${head}(target average value):`, [pair(current?.averageValue, target.averageValue)]]
  return [`${head}(target value):`, [pair(current?.value, target.value)]]
}

function pair(current: string | undefined, target: string): string {
  return `${current ?? '<unknown>'} / ${target}`
}

function describeDirection(text: Description, title: string, rules: Wire): void {
  if (!rules) return
  text.line(1, `${title}:`)
  if (rules.stabilizationWindowSeconds !== undefined) {
    text.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`)
  }
  if ((rules.policies ?? []).length === 0) return
  text.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`)
  text.line(2, 'Policies:')
  for (const { type, value, periodSeconds } of rules.policies) {
    text.line(3, `- Type: ${type}`, `Value: ${value}`, `Period: ${periodSeconds} seconds`)
  }
}
