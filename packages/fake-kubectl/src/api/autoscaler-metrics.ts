/**
 * Metrics of an autoscaler in autoscaling/v2 and in the older form that autoscaling/v1 carries in its annotations. Which
 * field is which is a table; what has a target or a present value is the same in both directions.
 * Source: k8s.io/api/autoscaling/{v1,v2}/types.go.
 */
import { at, isFields, type Fields } from './meta.ts'

export function metricV1(metric: Fields): Fields {
  return converted(metric, ([older, newer]) => [newer, older])
}

export function metricV2(metric: Fields): Fields {
  const source = sourceOf(metric)
  const made = converted(metric, ([older, newer]) => [older, newer])
  const target = at(made, `${source}.target`)
  return isFields(target) ? withField(made, [source, 'target', 'type'], targetType(target)) : made
}

type Names = readonly [older: string, newer: string]

const UTILIZATION: readonly Names[] = [
  ['name', 'name'],
  ['container', 'container'],
  ['targetAverageUtilization', 'target.averageUtilization'],
  ['targetAverageValue', 'target.averageValue'],
  ['currentAverageUtilization', 'current.averageUtilization'],
  ['currentAverageValue', 'current.averageValue'],
]

const NAMES: Readonly<Record<string, readonly Names[]>> = {
  resource: UTILIZATION,
  containerResource: UTILIZATION,
  pods: [
    ['metricName', 'metric.name'],
    ['selector', 'metric.selector'],
    ['targetAverageValue', 'target.averageValue'],
    ['currentAverageValue', 'current.averageValue'],
  ],
  object: [
    ['target', 'describedObject'],
    ['metricName', 'metric.name'],
    ['selector', 'metric.selector'],
    ['targetValue', 'target.value'],
    ['averageValue', 'target.averageValue'],
    ['currentValue', 'current.value'],
  ],
  external: [
    ['metricName', 'metric.name'],
    ['metricSelector', 'metric.selector'],
    ['targetValue', 'target.value'],
    ['targetAverageValue', 'target.averageValue'],
    ['currentValue', 'current.value'],
    ['currentAverageValue', 'current.averageValue'],
  ],
}

/** `ContainerResource` → where its source stands, `containerResource`. */
function sourceOf({ type }: Fields): string {
  const name = String(type)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function converted(metric: Fields, direction: (names: Names) => readonly [from: string, to: string]): Fields {
  const source = sourceOf(metric)
  return (NAMES[source] ?? []).reduce<Fields>(
    (made, names) => {
      const [from, to] = direction(names)
      const value = at(metric, `${source}.${from}`)
      return value === undefined ? made : withField(made, [source, ...to.split('.')], value)
    },
    { type: metric['type'] },
  )
}

function targetType(target: Fields): string {
  if (target['averageUtilization'] !== undefined) return 'Utilization'
  return target['averageValue'] === undefined ? 'Value' : 'AverageValue'
}

function withField(fields: Fields, [key = '', ...rest]: string[], value: unknown): Fields {
  const under = fields[key]
  return { ...fields, [key]: rest.length === 0 ? value : withField(isFields(under) ? under : {}, rest, value) }
}
