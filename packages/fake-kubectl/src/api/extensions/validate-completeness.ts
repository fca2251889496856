/**
 * What a structural schema may not say inside allOf, anyOf, oneOf and not: anything but conditions on fields that are
 * specified outside of them.
 * Source: apiextensions-apiserver/pkg/apiserver/schema/{validation,complete}.go.
 */
import { forbiddenValue, requiredValue, type FieldError } from '../status.ts'
import type { Structural } from './structural.ts'

/** @param isRoot only there the real server asks for the fields to be specified */
export function completenessFaults(schema: Structural, path: string, isRoot: boolean): FieldError[] {
  const { allOf, anyOf, oneOf, not } = schema
  const conditions = [
    ...(isEither(anyOf) ? [] : anyOf.map((it, i) => [it, `${path}.anyOf[${i}]`] as const)),
    ...allOf.map((it, i) => [it, `${path}.allOf[${i}]`] as const),
    ...oneOf.map((it, i) => [it, `${path}.oneOf[${i}]`] as const),
    ...(not ? [[not, `${path}.not`] as const] : []),
  ]
  return conditions.flatMap(([condition, at]) => conditionFaults(condition, isRoot ? schema : undefined, at, path))
}

/** The one way to say that a value is an integer or a string. */
function isEither(anyOf: readonly Structural[]): boolean {
  const types = anyOf.map(({ written }) => JSON.stringify(written)).join()
  return types === '{"type":"integer"},{"type":"string"}'
}

const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

/** @param outer the schema outside of all conditions; undefined where it says nothing, which was told already */
function conditionFaults(
  condition: Structural,
  outer: Structural | undefined,
  path: string,
  outerPath: string,
): FieldError[] {
  const { items, properties, written } = condition
  const either = isEither(condition.allOf) || isEither(condition.anyOf)
  return [
    ...FORBIDDEN.filter(([name]) => written[name] !== undefined && written[name] !== false).map(([name, why]) =>
      forbiddenValue(`${path}.${name}`, why),
    ),
    ...(properties.has('metadata')
      ? [forbiddenValue(`${path}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
    ...[...properties].flatMap(([name, it]) => {
      const known = outer?.properties.get(name)
      const at = `${outerPath}.properties[${name}]`
      const missing = known || !outer ? [] : [requiredValue(at, `because it is defined in ${path}.properties[${name}]`)]
      return [...missing, ...conditionFaults(it, known, `${path}.properties[${name}]`, at)]
    }),
    ...(items
      ? [
          ...(outer?.items || !outer
            ? []
            : [requiredValue(`${outerPath}.items`, `because it is defined in ${path}.items`)]),
          ...conditionFaults(items, outer?.items, `${path}.items`, `${outerPath}.items`),
        ]
      : []),
    ...(either ? [] : nested(condition, outer, path, outerPath)),
  ]
}

function nested(condition: Structural, outer: Structural | undefined, path: string, outerPath: string): FieldError[] {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
    condition[name].map((it, i) => [it, `${path}.${name}[${i}]`] as const),
  )
  const all = condition.not ? [...lists, [condition.not, `${path}.not`] as const] : lists
  return all.flatMap(([it, at]) => conditionFaults(it, outer, at, outerPath))
}
