/**
 * The names that Go's errors have for types, and its error for a value of another type.
 * Source: Go's encoding/json, UnmarshalTypeError.
 */
import { goName, type Scalar, type ValueSchema } from '../../api/schema.ts'

/** A value of the wrong type: what it is, and what Go would have it be. */
export class GoTypeError extends Error {
  readonly found: string
  readonly goType: string
  /** Types that decode themselves end the decoding; of others Go tells when it has read everything. */
  readonly ends: boolean

  constructor(found: string, goType: string, ends = false) {
    super(`json: cannot unmarshal ${found} into Go value of type ${goType}`)
    this.found = found
    this.goType = goType
    this.ends = ends
  }
}

const SCALARS: Readonly<Record<Scalar, string>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  number: 'float64',
  bytes: '[]uint8',
  quantity: 'resource.Quantity',
  time: 'string',
  'micro-time': 'string',
  'int-or-string': 'int32',
  any: 'interface {}',
}

/** As Go prints the type, where it has no name of its own. */
export function goTypeOf(schema: ValueSchema): string {
  switch (schema.kind) {
    case 'scalar':
      return SCALARS[schema.scalar]
    case 'struct':
      return goName(schema.type)
    case 'list':
      return `[]${goTypeOf(schema.items)}`
    case 'map':
      return `map[string]${goTypeOf(schema.values)}`
  }
}
