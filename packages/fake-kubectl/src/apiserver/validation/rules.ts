/** What a kind demands of its objects, beside what every object must have. */
import type { KubeObject } from '../../api/meta.ts'
import type { Field } from './field.ts'

export type Rules = {
  /** Of a new object and of a changed one. */
  readonly validate?: (object: Field) => void
  readonly validateCreate?: (object: Field) => void
  readonly validateUpdate?: (object: Field, previous: KubeObject, subresource: string) => void
}
