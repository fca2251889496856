/**
 * Fills in what a client left open: walks an object along its type and applies the rows and rules of each struct on the
 * way. Only branches under which anything has a default are walked. Knows no kind; those are rows of `values.ts`, `rules/`.
 * Source: zz_generated.defaults.go: a struct first, then what is in it.
 */
import { copy, isFields, type KubeObject } from '../../api/meta.ts'
import type { FieldSchema, TypeSchema, ValueSchema } from '../../api/schema.ts'
import { alwaysWritten, isCount, zeroValue } from '../../api/zero-values.ts'
import { RULES } from './rules/all.ts'
import { isZero, type Draft, type Rule } from './rules/rule.ts'
import { VALUES } from './values.ts'

/** Changes the object, which was decoded, so that it has every struct its type has, and is its caller's alone. */
export function fillIn(type: TypeSchema, object: KubeObject): void {
  planOf(type)?.(object)
}

type Fill = (value: unknown) => void

const plans = new WeakMap<TypeSchema, Fill | null>()

/** undefined when nothing in the type has a default. */
function planOf(type: TypeSchema): Fill | undefined {
  const known = plans.get(type)
  if (known !== undefined) return known ?? undefined
  // A type that contains itself (JSON schemas) has no defaults on the way round.
  plans.set(type, null)
  const fill = makePlan(type)
  if (fill) plans.set(type, fill)
  return fill
}

function makePlan(type: TypeSchema): Fill | undefined {
  const name = type.name.replace('io.k8s.api.', '')
  const rules = [...valueRules(type, name), ...(RULES[name] ?? []), ...zeroRules(type)]
  const inner = [...type.fields.values()].flatMap((field) => {
    const fill = fillOf(field.value)
    return fill ? [[field.name, fill] as const] : []
  })
  if (rules.length === 0 && inner.length === 0) return undefined
  return (value) => {
    if (!isFields(value)) return
    for (const rule of rules) rule(value)
    for (const [field, fill] of inner) if (value[field] !== undefined) fill(value[field])
  }
}

function fillOf(value: ValueSchema): Fill | undefined {
  if (value.kind === 'scalar') return undefined
  if (value.kind === 'struct') return planOf(value.type)
  const fill = fillOf(value.kind === 'list' ? value.items : value.values)
  if (!fill) return undefined
  if (value.kind === 'list') return (list) => Array.isArray(list) && list.forEach((item) => fill(item))
  return (map) => isFields(map) && Object.values(map).forEach((item) => fill(item))
}

function valueRules(type: TypeSchema, name: string): Rule[] {
  return Object.entries(VALUES[name] ?? {}).map(([field, value]) => valueRule(type.fields.get(field)!, value))
}

/** Numbers that Go writes in any case are in the store too: whoever reads `exitCode` there reads a number. */
function zeroRules(type: TypeSchema): Rule[] {
  return alwaysWritten(type).flatMap((field) => {
    const isWritten = field.zero === 'written' && isCount(field.value)
    return isWritten ? [valueRule(field, zeroValue(field.value))] : []
  })
}

/** A pointer counts as set even when it points to a zero. */
function valueRule({ name, zero }: FieldSchema, value: unknown): Rule {
  const isPointer = zero === undefined || zero === 'null'
  const isUnset = isPointer ? (found: unknown) => found === undefined : isZero
  return (draft: Draft) => {
    if (isUnset(draft[name])) draft[name] = copy(value)
  }
}
