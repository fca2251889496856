/**
 * Kubernetes' errors: the Status object, its reason, code and exact text, one function for each error the server gives.
 * Thrown anywhere below the API server's handler, which alone turns them into a response.
 * Source: apimachinery/pkg/api/errors/errors.go; texts recorded from kube-apiserver 1.36.
 */

export type StatusCause = { reason: string; message: string; field?: string }

export type Status = {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, unknown>
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: {
    name?: string
    group?: string
    kind?: string
    uid?: string
    causes?: StatusCause[]
    retryAfterSeconds?: number
  }
  code?: number
}

/** Which resource an error speaks of: `pods`, `deployments.apps`. */
export type GroupResource = { readonly group: string; readonly plural: string }

export class ApiError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Status['details']
  readonly metadata: Record<string, unknown>

  constructor(code: number, reason: string, message: string, details?: Status['details'], metadata = {}) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.reason = reason
    this.details = details
    this.metadata = metadata
  }

  get status(): Status {
    const { code, reason, details, message, metadata } = this
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    }
  }
}

export function qualified({ group, plural }: GroupResource): string {
  return group === '' ? plural : `${plural}.${group}`
}

export function notFound(resource: GroupResource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, named(resource, name))
}

/** For a resource, or an operation on it, that the server does not have. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function alreadyExists(resource: GroupResource, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, named(resource, name))
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

export function conflict(resource: GroupResource, name: string, why: string = MODIFIED): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`
  return new ApiError(409, 'Conflict', message, named(resource, name))
}

export function forbidden(resource: GroupResource, name: string, why: string): ApiError {
  const object = name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`
  return new ApiError(403, 'Forbidden', `${object} is forbidden: ${why}`, named(resource, name))
}

/** For a path that is no resource. The decision's reason stays in the API log: it would tell the caller about others' bindings. */
export function forbiddenPath(user: string, verb: string, path: string): ApiError {
  return new ApiError(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${path}"`, {})
}

export type FieldError = { field: string; reason: string; message: string }

/** A field's value is wrong: `metadata.name: Invalid value: "A": a lowercase …`. */
export function invalidValue(field: string, value: unknown, why: string): FieldError {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` }
}

export function requiredValue(field: string, why: string): FieldError {
  return { field, reason: 'FieldValueRequired', message: why === '' ? 'Required value' : `Required value: ${why}` }
}

export function forbiddenValue(field: string, why: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: `Forbidden: ${why}` }
}

/** 422 with one cause for each wrong field. */
export function invalid(kind: string, group: string, name: string, errors: readonly FieldError[]): ApiError {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const qualifiedKind = group === '' ? kind : `${kind}.${group}`
  const causes = errors.map(({ field, reason, message }) => ({ reason, message, field }))
  const details = { ...(name && { name }), ...(group && { group }), ...(kind && { kind }), causes }
  return new ApiError(422, 'Invalid', `${qualifiedKind} "${name}" is invalid: ${list}`, details)
}

/** For a patch that does not apply: the real server says no more than this. */
export function rejected(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message)
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized')
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource'
  return new ApiError(405, 'MethodNotAllowed', message, {})
}

export function notAcceptable(accepted: readonly string[]): ApiError {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`
  return new ApiError(406, 'NotAcceptable', message)
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  return new ApiError(415, 'UnsupportedMediaType', message)
}

export function tooLarge(limitBytes: number): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`)
}

export function expired(message: string, metadata = {}): ApiError {
  return new ApiError(410, 'Expired', message, undefined, metadata)
}

export function tooLargeResourceVersion(asked: number, current: number): ApiError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]
  return new ApiError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 })
}

export function tooManyRequests(message: string, retryAfterSeconds: number, ...causes: StatusCause[]): ApiError {
  return new ApiError(429, 'TooManyRequests', message, { causes, ...(retryAfterSeconds > 0 && { retryAfterSeconds }) })
}

export function internal(message: string): ApiError {
  const causes = [{ reason: '', message }]
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes })
}

export function serviceUnavailable(message: string): ApiError {
  return new ApiError(503, 'ServiceUnavailable', message)
}

function named({ group, plural }: GroupResource, name: string): NonNullable<Status['details']> {
  return { ...(name && { name }), ...(group && { group }), kind: plural }
}
