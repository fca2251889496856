/**
 * How kube-state-metrics tells of objects: a metric is a name, a help text and what one object gives for it.
 */
import type { Family, Labels, Point } from '@mcp-lab/prometheus'
import type { KubeObject } from '../../api/meta.ts'
import { parseQuantity } from '../../api/quantity.ts'
import { family, labelsOf, type FamilySpec } from '../family.ts'

/** Labels beside those that name the object, and a value; times in seconds. */
export type StateRow = readonly [labels: Labels, value: number]

export type StateMetric<T extends KubeObject> = FamilySpec & {
  readonly name: string
  readonly rows: (object: T) => readonly StateRow[]
}

export function gauge<T extends KubeObject>(
  name: string,
  help: string,
  rows: (object: T) => readonly StateRow[],
): StateMetric<T> {
  return { name, help, rows }
}

export function time<T extends KubeObject>(
  name: string,
  help: string,
  of: (object: T) => string | undefined,
): StateMetric<T> {
  return {
    name,
    help,
    holdsTimes: true,
    rows: (object) => {
      const text = of(object)
      return text === undefined ? [] : [[NONE, Date.parse(text) / 1000]]
    },
  }
}

/** One value without more labels; none where there is none. */
export function single(value: unknown): readonly StateRow[] {
  return typeof value === 'number' ? [[NONE, value]] : []
}

export function flag(isSo: boolean): readonly StateRow[] {
  return [[NONE, Number(isSo)]]
}

/** One row for each thing it can be, 1 where it is. */
export function oneOf(label: string, all: readonly string[], is: string | undefined): readonly StateRow[] {
  return all.map((value) => [{ [label]: value }, Number(value === is)])
}

/** A row for each condition and each status it can have. */
export function conditionRows(
  conditions: readonly { readonly type: string; readonly status: string }[] = [],
): readonly StateRow[] {
  return conditions.flatMap(({ type, status }) =>
    (['true', 'false', 'unknown'] as const).map((it): StateRow => [
      { condition: type, status: it },
      Number(status.toLowerCase() === it),
    ]),
  )
}

const RESOURCES: Readonly<Record<string, readonly [resource: string, unit: string]>> = {
  cpu: ['cpu', 'core'],
  memory: ['memory', 'byte'],
  'ephemeral-storage': ['ephemeral_storage', 'byte'],
}

/** A row for each resource of a list of quantities. */
export function amountRows(all: Readonly<Record<string, string>>, labels: Labels = {}): readonly StateRow[] {
  return Object.entries(all).map(([key, text]) => {
    const [resource, unit] = RESOURCES[key] ?? [key.replaceAll(/\W/g, '_'), 'integer']
    return [{ ...labels, resource, unit }, parseQuantity(text) ?? 0]
  })
}

const NONE: Labels = {}

/** @param identity the labels that name an object */
export function stateFamilies<T extends KubeObject>(
  objects: readonly T[],
  metrics: readonly StateMetric<T>[],
  identity: (object: T) => Labels,
): Family[] {
  return metrics.map((metric) =>
    family(
      metric.name,
      metric,
      objects.flatMap((object) => rowsOf(metric, object, identity)),
    ),
  )
}

type NamedRow = readonly [Labels, number, Pick<Point, 'sinceMs'>]

/** An object in the store never changes, so what follows from it is worked out once. */
const known = new WeakMap<object, Map<string, readonly NamedRow[]>>()

function rowsOf<T extends KubeObject>(
  { name, rows }: StateMetric<T>,
  object: T,
  identity: (object: T) => Labels,
): readonly NamedRow[] {
  let own = known.get(object)
  if (!own) known.set(object, (own = new Map()))
  let found = own.get(name)
  if (!found) {
    const sinceMs = Date.parse(object.metadata.creationTimestamp ?? '') || 0
    const base = labelsOf(object, 'identity', () => identity(object))
    found = rows(object).map(([labels, value]) => [{ ...base, ...labels }, value, { sinceMs }] as const)
    own.set(name, found)
  }
  return found
}
