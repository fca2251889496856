/**
 * Families of metrics, from rows of labels and values. Labels of the same row are the same object each time, so that
 * whoever stores them need not look at them again.
 */
import { NAME, type Family, type Labels, type MetricType, type Point } from '@mcp-lab/prometheus'

export type Row = readonly [labels: Labels, value: number, more?: Pick<Point, 'sinceMs' | 'earlier'>]

export type FamilySpec = {
  readonly type?: MetricType
  readonly help: string
  readonly holdsTimes?: boolean
}

/** By owner, then by metric and what tells its rows apart. */
const known = new WeakMap<object, Map<string, Labels>>()

/**
 * Labels that stay the same as long as their owner does, such as an object in the store.
 *
 * @param key what tells them apart from others of the owner
 */
export function labelsOf(owner: object, key: string, make: () => Labels): Labels {
  let own = known.get(owner)
  if (!own) known.set(owner, (own = new Map()))
  let labels = own.get(key)
  if (!labels) own.set(key, (labels = make()))
  return labels
}

export function family(name: string, { type = 'gauge', help, holdsTimes }: FamilySpec, rows: readonly Row[]): Family {
  const points = rows.map(([labels, value, more]) => ({ labels: named(labels, name), value, ...more }))
  return { name, type, help, ...(holdsTimes && { holdsTimes }), points }
}

const namedLabels = new WeakMap<Labels, Map<string, Labels>>()

/** The labels with the metric's name. */
export function named(labels: Labels, name: string): Labels {
  let own = namedLabels.get(labels)
  if (!own) namedLabels.set(labels, (own = new Map()))
  let found = own.get(name)
  if (!found) own.set(name, (found = { [NAME]: name, ...labels }))
  return found
}
