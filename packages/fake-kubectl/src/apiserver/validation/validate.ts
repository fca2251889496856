/**
 * Is an object fit to be stored? First what its metadata must be, then the rules of its kind; on a change also what may
 * not change. All that is wrong is told at once, in the order of the real server.
 * Source: apiserver/pkg/registry/rest/{create,update}.go, BeforeCreate and BeforeUpdate; the strategies' Validate.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import { at, equal, type KubeObject } from '../../api/meta.ts'
import { invalid, invalidValue, type FieldError } from '../../api/status.ts'
import { extensionFaults } from './custom-resource.ts'
import { RULES } from './all.ts'
import { Field } from './field.ts'
import { validateFinalizersUpdate, validateMetadata } from './metadata.ts'

/** @throws ApiError 422 with every field that is wrong */
export function validate(type: ResourceType, object: KubeObject): void {
  const errors: FieldError[] = []
  const field = new Field(object, errors)
  validateMetadata(field.at('metadata'), type)
  const rules = RULES[type.storage]
  rules?.validate?.(field)
  rules?.validateCreate?.(field)
  errors.push(...extensionFaults(type, object, undefined, ''))
  refuse(type, object, errors)
}

/** @throws ApiError 422 with every field that is wrong, or may not change */
export function validateUpdate(
  type: ResourceType,
  object: KubeObject,
  previous: KubeObject,
  subresource: string,
): void {
  const errors: FieldError[] = []
  const field = new Field(object, errors)
  validateFinalizersUpdate(field.at('metadata'), previous.metadata)
  validateMetadata(field.at('metadata'), type)
  for (const [path, why] of type.immutableFields ?? [])
    if (!equal(at(object, path), at(previous, path))) errors.push(invalidValue(path, at(object, path), why))
  const rules = RULES[type.storage]
  // A part was written; the whole was valid before.
  if (subresource !== 'status') rules?.validate?.(field)
  rules?.validateUpdate?.(field, previous, subresource)
  errors.push(...extensionFaults(type, object, previous, subresource))
  refuse(type, object, errors)
}

function refuse({ kind, group }: ResourceType, { metadata }: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(kind, group, metadata.name ?? '', errors)
}
