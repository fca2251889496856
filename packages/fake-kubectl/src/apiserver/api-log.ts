/**
 * The API log: one entry for each request that ended, refused ones too, in the shape of Kubernetes' audit events at level
 * Metadata. Append-only; it is the evidence of who asked the cluster for what, and when, in virtual time.
 * Source: apiserver/pkg/apis/audit/v1/types.go.
 */
import { formatMicroTime } from '../api/meta.ts'
import type { Status } from '../api/status.ts'
import type { Call, User } from './server.ts'
import { shiftTimes } from './encoding/shown-time.ts'

type AuditUser = {
  username: string
  uid?: string
  groups: readonly string[]
  extra?: Readonly<Record<string, readonly string[]>>
}

export type ApiLogEntry = {
  readonly kind: 'Event'
  readonly apiVersion: 'audit.k8s.io/v1'
  readonly level: 'Metadata'
  readonly auditID: string
  readonly stage: 'ResponseComplete'
  /** Path and query as they came. */
  readonly requestURI: string
  /** `list`, `get` … for resources, the HTTP method in lower case for other paths. */
  readonly verb: string
  readonly user: AuditUser
  readonly impersonatedUser?: AuditUser
  readonly authenticationMetadata?: { readonly impersonationConstraint: string }
  readonly sourceIPs: readonly string[]
  readonly userAgent?: string
  readonly objectRef?: {
    readonly resource: string
    readonly namespace?: string
    readonly name?: string
    readonly apiGroup?: string
    readonly apiVersion: string
    readonly subresource?: string
  }
  readonly responseStatus: {
    readonly metadata: Record<string, never>
    readonly status?: string
    readonly message?: string
    readonly reason?: string
    readonly code: number
  }
  readonly requestReceivedTimestamp: string
  readonly stageTimestamp: string
  /**
   * `authorization.k8s.io/decision` and `/reason`, `apiserver.latency.k8s.io/total`, and one of ours: the digest of the
   * body, `mcp-lab/request-digest`.
   */
  readonly annotations: Readonly<Record<string, string>>
}

/** @param status the error that was answered, if any */
export function record(call: Call, code: number, status?: Status): void {
  const { apiLog, logListeners, clock } = call.server
  const entry: ApiLogEntry = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: auditId(apiLog.length),
    stage: 'ResponseComplete',
    requestURI: call.url.pathname + call.url.search,
    verb: call.info.verb,
    user: auditUser(call.user),
    ...(call.impersonated && { impersonatedUser: auditUser(call.impersonated) }),
    ...(call.impersonationConstraint && {
      authenticationMetadata: { impersonationConstraint: call.impersonationConstraint },
    }),
    sourceIPs: [call.peer.address],
    ...userAgent(call.request),
    ...objectRef(call),
    responseStatus: responseStatus(code, status),
    requestReceivedTimestamp: formatMicroTime(call.receivedAtMs),
    stageTimestamp: formatMicroTime(clock.now()),
    annotations: annotationsOf(call),
  }
  apiLog.push(entry)
  for (const listener of logListeners) listener(shiftTimes(entry, clock.shownOffsetMs))
}

/** Beside what the stages noted: how long it took, and which body was sent, without telling it. */
function annotationsOf({ annotations, requestDigest, elapsedMs }: Call): Record<string, string> {
  return {
    ...annotations,
    'apiserver.latency.k8s.io/total': goDuration(elapsedMs()),
    ...(requestDigest !== undefined && { 'mcp-lab/request-digest': requestDigest }),
  }
}

/** `1.5s`, `50ms`, `120µs`, as Go writes a Duration. */
function goDuration(ms: number): string {
  const rounded = (value: number) => String(Number(value.toFixed(3)))
  if (ms === 0 || ms >= 1000) return `${rounded(ms / 1000)}s`
  return ms >= 1 ? `${rounded(ms)}ms` : `${rounded(ms * 1000)}µs`
}

function auditUser({ user, uid, groups, extra }: User): AuditUser {
  return { username: user, ...(uid && { uid }), groups, ...(extra && { extra }) }
}

function userAgent({ headers }: Request): { userAgent?: string } {
  const text = headers.get('user-agent')
  return text ? { userAgent: text } : {}
}

function objectRef({ info }: Call): Pick<ApiLogEntry, 'objectRef'> {
  if (!info.isResource) return {}
  const { resource, namespace, name, group, version, subresource } = info
  return {
    objectRef: {
      resource,
      ...(namespace && { namespace }),
      ...(name && { name }),
      ...(group && { apiGroup: group }),
      apiVersion: version,
      ...(subresource && { subresource }),
    },
  }
}

function responseStatus(code: number, status?: Status): ApiLogEntry['responseStatus'] {
  if (!status) return { metadata: {}, code }
  const { message, reason } = status
  return { metadata: {}, status: status.status, ...(message && { message }), ...(reason && { reason }), code }
}

/** Numbered rather than random: looking at the cluster must not change what it draws next. */
function auditId(n: number): string {
  const [a, b, c] = [hexOf(n, 1), hexOf(n, 2), hexOf(n, 3)]
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${hexOf(n, 0)}`
}

/** Eight digits; unmixed, the number itself. */
function hexOf(n: number, mixing: number): string {
  const mixed = mixing === 0 ? n : Math.imul(n + mixing, 0x9e3779b1) ^ Math.imul(mixing, 0x85ebca6b)
  return (mixed >>> 0).toString(16).padStart(8, '0')
}
