/**
 * ObjectMeta of every kind: names, labels, annotations, owners, finalizers.
 * Source: apimachinery/pkg/api/validation/objectmeta.go; kubernetes/pkg/apis/core/validation, validateKubeFinalizerName.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import { nameErrors } from '../../api/names.ts'
import type { Field } from './field.ts'
import { labelKey, labelValue } from './formats.ts'

const ANNOTATIONS_LIMIT = 256 * 1024

export function validateMetadata(metadata: Field, { nameRule, custom }: ResourceType): void {
  const [generateName, name] = [metadata.at('generateName'), metadata.at('name')]
  // A trailing dash is fine in what will be completed.
  const base = String(generateName.value ?? '').replace(/-$/, 'a')
  if (!generateName.isEmpty) for (const why of nameErrors(base, nameRule)) generateName.invalid(why)
  if (name.require('name or generateName is required'))
    for (const why of nameErrors(name.value, nameRule)) name.invalid(why)
  validateLabels(metadata.at('labels'))
  validateAnnotations(metadata.at('annotations'))
  validateOwners(metadata.at('ownerReferences'))
  validateFinalizers(metadata.at('finalizers'), custom !== undefined)
}

export function validateLabels(labels: Field): void {
  for (const [key, value] of labels.entries()) {
    for (const why of labelKey(key)) labels.invalid(why, key)
    for (const why of labelValue(String(value.value))) labels.invalid(why, value.value)
  }
}

export function validateAnnotations(annotations: Field): void {
  let size = 0
  for (const [key, value] of annotations.entries()) {
    for (const why of labelKey(key.toLowerCase())) annotations.invalid(why, key)
    size += bytes(key) + bytes(String(value.value))
  }
  if (size > ANNOTATIONS_LIMIT) annotations.tooLong(ANNOTATIONS_LIMIT)
}

/** Counting characters is enough, and cheap, where nobody comes near the limit. */
function bytes(text: string): number {
  return text.length < 1024 ? text.length : new TextEncoder().encode(text).length
}

function validateOwners(owners: Field): void {
  let controller: string | undefined
  for (const { value: owner } of owners.items()) {
    if (!owner.apiVersion) owners.at('apiVersion').invalid('version must not be empty', owner.apiVersion ?? '')
    for (const field of ['kind', 'name', 'uid'])
      if (!owner[field]) owners.at(field).invalid('must not be empty', owner[field] ?? '')
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      owners.invalid('/v1, Kind=Event is disallowed from being an owner', owner)
    if (owner.controller !== true) continue
    const name = `${owner.kind}/${owner.name}`
    if (controller !== undefined) owners.invalid(`${TWO_CONTROLLERS} ${controller} and ${name}`)
    controller ??= name
  }
}

const TWO_CONTROLLERS = 'Only one reference can have Controller set to true. Found "true" in references for'

/** The few that need no domain. */
const STANDARD = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

function validateFinalizers(finalizers: Field, isCustom: boolean): void {
  const names: string[] = finalizers.value ?? []
  for (const name of names) for (const why of labelKey(name)) finalizers.invalid(why, name)
  if (names.includes('orphan') && names.includes('foregroundDeletion'))
    finalizers.invalid('finalizer orphan and foregroundDeletion cannot be both set')
  for (const item of isCustom ? [] : finalizers.items()) {
    const isShort = !String(item.value).includes('/') && !STANDARD.has(item.value)
    if (isShort && labelKey(item.value).length === 0)
      item.invalid('name is neither a standard finalizer name nor is it fully qualified')
  }
}

/** What a deletion that has begun forbids. */
export function validateFinalizersUpdate(metadata: Field, previous: Readonly<Record<string, unknown>>): void {
  if (previous['deletionTimestamp'] === undefined) return
  const before = new Set((previous['finalizers'] ?? []) as string[])
  const added: string[] = (metadata.at('finalizers').value ?? []).filter((name: string) => !before.has(name))
  if (added.length === 0) return
  const list = added
    .sort()
    .map((name) => JSON.stringify(name))
    .join(', ')
  metadata
    .at('finalizers')
    .forbidden(`no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`)
}
