/**
 * What a definition asks for that is taken and not done: formats nobody checks, as on a real server, and rules in CEL,
 * which only the simulator does not evaluate.
 * Source: apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go.
 */
import type { KubeObject } from '../meta.ts'
import { readable } from './definition.ts'
import { isCheckedFormat } from './formats.ts'
import { structural, type Structural } from './structural.ts'

export function definitionWarnings(object: KubeObject): string[] {
  const schemas = readable(object).spec.versions.map(({ schema }) => structural(schema?.openAPIV3Schema))
  const nodes = schemas.flatMap((schema) => all(schema))
  const formats = nodes.flatMap(({ written, type }) => {
    const { format } = written
    return typeof format === 'string' && format !== '' && !isCheckedFormat(format, type) ? [format] : []
  })
  const hasRules = nodes.some(({ written }) => Array.isArray(written['x-kubernetes-validations']))
  return [
    ...[...new Set(formats)].map((format) => `unrecognized format ${JSON.stringify(format)}`),
    ...(hasRules ? [RULES] : []),
  ]
}

const RULES =
  'x-kubernetes-validations: the simulator does not evaluate rules in CEL; a real server does (SCOPE.md, crd:cel)'

function all(schema: Structural): Structural[] {
  const { properties, additional, items, allOf, anyOf, oneOf, not } = schema
  const below = [...properties.values(), ...allOf, ...anyOf, ...oneOf, ...(items ? [items] : []), ...(not ? [not] : [])]
  const others = typeof additional === 'object' ? [additional] : []
  return [schema, ...[...below, ...others].flatMap((it) => all(it))]
}
