/**
 * What the query of a create, update or patch asks for beside the object: who writes, for real or dry, how strictly.
 * Source: apimachinery/pkg/apis/meta/v1/validation/validation.go.
 */
import { invalid, invalidValue, requiredValue, type FieldError } from '../../api/status.ts'
import { isTrue } from '../request-info.ts'
import type { Call } from '../server.ts'

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions'

/** @throws ApiError 422 */
export function checkWriteOptions({ url: { searchParams: query } }: Call, kind: OptionsKind, isApply = false): void {
  const fieldManager = query.get('fieldManager') ?? ''
  const errors = [
    ...(kind === 'PatchOptions' ? patchErrors(query, fieldManager, isApply) : []),
    ...managerErrors(fieldManager),
    ...dryRunErrors(query.getAll('dryRun').filter((value) => value !== '')),
    ...validationErrors(query.get('fieldValidation') ?? ''),
  ]
  if (errors.length > 0) throw invalid(kind, 'meta.k8s.io', '', errors)
}

/** Who owns what this writes: who it says, or else the client by its User-Agent. */
export function managerOf({ url, request }: Call): string {
  return url.searchParams.get('fieldManager') || managerFromUserAgent(request.headers.get('user-agent') ?? '')
}

/** Take what others own. */
export function isForced({ url }: Call): boolean {
  return isTrue(url.searchParams.get('force'))
}

function patchErrors(query: URLSearchParams, fieldManager: string, isApply: boolean): FieldError[] {
  if (isApply) return fieldManager === '' ? [requiredValue('fieldManager', 'is required for apply patch')] : []
  if (!query.has('force')) return []
  const message = 'Forbidden: may not be specified for non-apply patch'
  return [{ field: 'force', reason: 'FieldValueForbidden', message }]
}

const MANAGER_MAX_BYTES = 128

function managerErrors(manager: string): FieldError[] {
  const message = `Too long: may not be more than ${MANAGER_MAX_BYTES} bytes`
  const tooLong = bytesOf(manager) > MANAGER_MAX_BYTES
  let position = 0
  const unprintable = [...manager].flatMap((character) => {
    const at = position
    position += bytesOf(character)
    if (isPrintable(character)) return []
    return [invalidValue('fieldManager', manager, `invalid character ${codePoint(character)} (at position ${at})`)]
  })
  return [...(tooLong ? [{ field: 'fieldManager', reason: 'FieldValueTooLong', message }] : []), ...unprintable]
}

function dryRunErrors(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === 'All')) return []
  return [notSupported('dryRun', values, ['All'])]
}

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']

function validationErrors(value: string): FieldError[] {
  return VALIDATIONS.includes(value) ? [] : [notSupported('fieldValidation', value, VALIDATIONS)]
}

function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((it) => JSON.stringify(it)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`
  return { field, reason: 'FieldValueNotSupported', message }
}

/** What stands before the first slash, without what cannot be printed: `kubectl/v1.36.3 (linux/amd64)` → `kubectl`. */
function managerFromUserAgent(userAgent: string): string {
  let name = ''
  for (const character of userAgent.split('/')[0]!) {
    if (!isPrintable(character)) continue
    if (bytesOf(name) + bytesOf(character) > MANAGER_MAX_BYTES) break
    name += character
  }
  return name
}

/** As Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and the plain space. */
function isPrintable(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}
