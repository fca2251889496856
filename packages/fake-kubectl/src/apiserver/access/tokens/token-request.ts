/**
 * The `token` subresource of service accounts: `kubectl create token`. And TokenReview, which asks whose a token is.
 * Source: pkg/registry/core/serviceaccount/storage/token.go; pkg/registry/authentication/tokenreview/storage.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { rowsOf } from '../../../api/kinds/row.ts'
import { at, formatTime, isFields, parseApiVersion, type Fields, type KubeObject } from '../../../api/meta.ts'
import { badRequest, conflict, invalid, invalidValue, type FieldError } from '../../../api/status.ts'
import { withGroup } from '../authenticate.ts'
import { readObject } from '../../decode/request-object.ts'
import { respond, withType } from '../../encoding/encode.ts'
import { stored } from '../../verbs/endpoints.ts'
import type { ResourceCall } from '../../server.ts'
import { userInfo } from '../user-info.ts'
import { ISSUER, issueToken, type Bound } from './account-token.ts'
import { verifyToken } from './verify-token.ts'

const TOKEN_REQUEST = rowsOf('authentication.k8s.io', 'v1')('tokenrequests', 'TokenRequest')
const MIN_SECONDS = 600
const DEFAULT_SECONDS = 3600

export async function requestToken(call: ResourceCall): Promise<Response> {
  const sent = await readObject({ ...call, type: TOKEN_REQUEST })
  const account = stored(call)
  const given = isFields(sent['spec']) ? sent['spec'] : {}
  const audiences = Array.isArray(given['audiences']) && given['audiences'].length > 0 ? given['audiences'] : [ISSUER]
  const seconds = typeof given['expirationSeconds'] === 'number' ? given['expirationSeconds'] : DEFAULT_SECONDS
  const faults = secondsFaults(seconds)
  if (faults.length > 0) throw invalid('TokenRequest', TOKEN_REQUEST.group, '', faults)
  const asked = given['boundObjectRef']
  const ref = isFields(asked) && Object.values(asked).some((value) => value !== '') ? asked : undefined
  const bound = ref ? boundTo(call, ref) : {}
  const { token, id } = issueToken(call.server, account, { audiences, seconds, ...bound })
  call.annotations = { ...call.annotations, 'authentication.kubernetes.io/issued-credential-id': `JTI=${id}` }
  const nowMs = call.server.clock.now()
  const { name, namespace } = account.metadata
  const answer = {
    metadata: { name, namespace, creationTimestamp: formatTime(nowMs) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: ref ?? null },
    status: { token, expirationTimestamp: formatTime(nowMs + seconds * 1000) },
  }
  return respond(call, withType(TOKEN_REQUEST, answer as KubeObject), 201)
}

function secondsFaults(seconds: number): FieldError[] {
  const path = 'spec.expirationSeconds'
  if (seconds < MIN_SECONDS) return [invalidValue(path, seconds, 'may not specify a duration less than 10 minutes')]
  if (seconds > 2 ** 32) return [invalidValue(path, seconds, 'may not specify a duration larger than 2^32 seconds')]
  return []
}

/** @throws ApiError 400 for a kind that tokens cannot be bound to, 404, 409 for an object of another UID */
function boundTo(call: ResourceCall, ref: Fields): Partial<Bound> {
  const { group, version } = parseApiVersion(String(ref['apiVersion'] ?? ''))
  const kind = String(ref['kind'] ?? '')
  const plural = group === '' ? { Pod: 'pods', Secret: 'secrets', Node: 'nodes' }[kind] : undefined
  if (!plural) throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`)
  const { store } = call.server
  const object = store.get(builtIn(plural), kind === 'Node' ? '' : call.info.namespace, String(ref['name'] ?? ''))
  if (kind === 'Pod') checkAccount(call, object)
  if (ref['uid'] && ref['uid'] !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${ref['uid']}) does not match the UID in record. The object might have been deleted and then recreated`
    throw conflict({ group, plural: kind }, object.metadata.name, why)
  }
  const nodeName = kind === 'Pod' ? at(object, 'spec.nodeName') : undefined
  const node = typeof nodeName === 'string' ? store.find(builtIn('nodes'), '', nodeName) : undefined
  return { [kind.toLowerCase()]: object, ...(node && { node }) }
}

function checkAccount({ info }: ResourceCall, pod: KubeObject): void {
  if (at(pod, 'spec.serviceAccountName') === info.name) return
  throw badRequest(
    `cannot bind token for serviceaccount "${info.name}" to pod running with different serviceaccount name.`,
  )
}

export function reviewToken(call: ResourceCall, sent: KubeObject): KubeObject {
  const token = at(sent, 'spec.token')
  if (typeof token !== 'string' || token === '') {
    throw badRequest('token is required for TokenReview in authentication')
  }
  const asked = at(sent, 'spec.audiences')
  const verdict = verifyToken(call.server, token, Array.isArray(asked) && asked.length > 0 ? asked : [ISSUER])
  const { metadata, spec } = sent
  if (verdict.kind === 'bad') return { metadata, spec, status: { user: {}, error: verdict.error } }
  const user = userInfo(withGroup(verdict.user, 'system:authenticated'))
  return { metadata, spec, status: { authenticated: true, user, audiences: verdict.audiences } }
}
