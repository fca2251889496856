/**
 * Kinds that are questions: they are created, never stored, and come back with their answer. Each is a row.
 * Source: pkg/registry/authentication/selfsubjectreview; access-reviews.ts names the others'.
 */
import { formatTime, type KubeObject } from '../../api/meta.ts'
import { methodNotAllowed } from '../../api/status.ts'
import { localSubjectAccess, selfSubjectAccess, selfSubjectRules, subjectAccess } from './access-reviews.ts'
import { readObject } from '../decode/request-object.ts'
import { respond, withType } from '../encoding/encode.ts'
import { actor, type ResourceCall } from '../server.ts'
import { reviewToken } from './tokens/token-request.ts'
import { userInfo } from './user-info.ts'

export async function review(call: ResourceCall): Promise<Response> {
  const answer = REVIEWS[call.type.kind]
  if (!answer) throw methodNotAllowed()
  return respond(call, withType(call.type, answer(call, await readObject(call))), 201)
}

const REVIEWS: Readonly<Record<string, (call: ResourceCall, sent: KubeObject) => KubeObject>> = {
  LocalSubjectAccessReview: localSubjectAccess,
  SelfSubjectAccessReview: selfSubjectAccess,
  SelfSubjectReview: whoAmI,
  SelfSubjectRulesReview: selfSubjectRules,
  SubjectAccessReview: subjectAccess,
  TokenReview: reviewToken,
}

function whoAmI(call: ResourceCall): KubeObject {
  const metadata = { creationTimestamp: formatTime(call.server.clock.now()) } as KubeObject['metadata']
  return { metadata, status: { userInfo: userInfo(actor(call)) } }
}
