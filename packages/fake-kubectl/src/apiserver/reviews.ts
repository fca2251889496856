/**
 * Questions about oneself: may I do that (SelfSubjectAccessReview), and who am I (SelfSubjectReview). Nothing is stored.
 * Source: pkg/registry/authorization/selfsubjectaccessreview, pkg/registry/authentication/selfsubjectreview.
 */
import type { Attributes } from '@mcp-lab/rbac'
import { at, formatTime, isFields, own, type Fields } from '../api/meta.ts'
import { badRequest } from '../api/status.ts'
import { ask } from './authorize.ts'
import { readObject } from './body.ts'
import { respond, withType } from './encode.ts'
import { actor, type ResourceCall } from './server.ts'

export async function review(call: ResourceCall): Promise<Response> {
  const sent = await readObject(call)
  const status = REVIEWS[call.type.kind]!(call, sent['spec'] as Fields | undefined)
  const metadata = { ...sent.metadata, creationTimestamp: formatTime(call.server.clock.now()) }
  return respond(call, withType(call.type, { ...sent, metadata, status }), 201)
}

const REVIEWS: Readonly<Record<string, (call: ResourceCall, spec: Fields | undefined) => Fields>> = {
  SelfSubjectReview: (call) => {
    const { user, uid, groups, extra } = actor(call)
    return { userInfo: { username: user, ...(uid && { uid }), groups, ...(extra && { extra }) } }
  },
  SelfSubjectAccessReview: (call, spec) => {
    const decision = ask(call, actor(call), question(spec))
    const reason = decision.verdict === 'allow' ? decision.reason : decision.unresolved
    return { allowed: decision.verdict === 'allow', ...(reason && { reason }) }
  },
}

function question(spec: Fields | undefined): Omit<Attributes, 'subject'> {
  const path = at(spec, 'nonResourceAttributes')
  if (isFields(path)) return { verb: text(path, 'verb'), path: text(path, 'path') }
  const asked = at(spec, 'resourceAttributes')
  if (!isFields(asked))
    throw badRequest(
      'spec.resourceAttributes: Required value: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    )
  const optional = ['subresource', 'namespace', 'name'].filter((field) => text(asked, field) !== '')
  return {
    verb: text(asked, 'verb'),
    apiGroup: text(asked, 'group'),
    resource: text(asked, 'resource'),
    ...Object.fromEntries(optional.map((field) => [field, text(asked, field)])),
  }
}

function text(fields: Fields, name: string): string {
  const value = own(fields, name)
  return typeof value === 'string' ? value : ''
}
