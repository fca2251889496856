/**
 * The tokens of service accounts: what they claim, and whether the claim still holds. A bound token expires, and dies with
 * its account and with the pod, node or secret it is bound to; a legacy one lives in a Secret and dies with that.
 * Source: pkg/serviceaccount/{claims,legacy,jwt}.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import { at, isFields, type Fields, type KubeObject } from '../../../api/meta.ts'
import { accountGroups } from '../impersonate.ts'
import type { Server, User } from '../../server.ts'
import { signJwt } from './jwt.ts'

/** Who issues bound tokens, and whom they are for unless somebody else is named: the API server itself. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local'
export const LEGACY_ISSUER = 'kubernetes/serviceaccount'

const LEGACY = 'kubernetes.io/serviceaccount'
const LEEWAY_SECONDS = 60 // go-jose's, for clocks that differ
const EXTRA = 'authentication.kubernetes.io'

/** What issues and checks tokens needs of the server. */
export type Issuer = Pick<Server, 'store' | 'clock' | 'random' | 'signingKey'>

export type Bound = {
  readonly audiences: readonly string[]
  readonly seconds: number
  /** What the token dies with, beside its account; a pod takes its node along. */
  readonly pod?: KubeObject
  readonly node?: KubeObject
  readonly secret?: KubeObject
}

/** @returns the token, and its id for the API log */
export function issueToken(issuer: Issuer, account: KubeObject, bound: Bound): { token: string; id: string } {
  const { namespace = '', name } = account.metadata
  const now = nowSeconds(issuer)
  const id = issuer.random.uid()
  const claims = {
    aud: bound.audiences,
    exp: now + bound.seconds,
    iat: now,
    iss: ISSUER,
    jti: id,
    'kubernetes.io': {
      namespace,
      ...(bound.node && { node: refOf(bound.node) }),
      ...(bound.pod && { pod: refOf(bound.pod) }),
      ...(bound.secret && { secret: refOf(bound.secret) }),
      serviceaccount: refOf(account),
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  }
  return { token: signJwt(claims, issuer.signingKey()), id }
}

/** The token in a Secret of type kubernetes.io/service-account-token; it does not expire. */
export function issueLegacyToken(issuer: Issuer, account: KubeObject, secret: KubeObject): string {
  const { namespace = '', name, uid } = account.metadata
  const claims = {
    iss: LEGACY_ISSUER,
    [`${LEGACY}/namespace`]: namespace,
    [`${LEGACY}/secret.name`]: secret.metadata.name,
    [`${LEGACY}/service-account.name`]: name,
    [`${LEGACY}/service-account.uid`]: uid,
    sub: `system:serviceaccount:${namespace}:${name}`,
  }
  return signJwt(claims, issuer.signingKey())
}

/** Whose a token with these claims is, or why it is nobody's any more. Its signature has been checked. */
export function userOfBound(issuer: Issuer, claims: Fields): User | string {
  const now = nowSeconds(issuer)
  if (typeof claims['exp'] === 'number' && now > claims['exp'] + LEEWAY_SECONDS)
    return 'service account token has expired'
  if (typeof claims['nbf'] === 'number' && now < claims['nbf'] - LEEWAY_SECONDS)
    return 'service account token is not valid yet'
  const ours = isFields(claims['kubernetes.io']) ? claims['kubernetes.io'] : {}
  const namespace = String(ours['namespace'])
  const user = userOfAccount(issuer, namespace, ours['serviceaccount'])
  if (typeof user === 'string') return user
  const lost = lostRef(issuer, ours, namespace)
  return lost ?? { ...user, extra: { ...extraOf(ours), [`${EXTRA}/credential-id`]: [`JTI=${String(claims['jti'])}`] } }
}

export function userOfLegacy(issuer: Issuer, claims: Fields, token: string): User | string {
  const claim = (name: string) => String(claims[`${LEGACY}/${name}`])
  const namespace = claim('namespace')
  const secret = issuer.store.find(builtIn('secrets'), namespace, claim('secret.name'))
  const stored = String(at(secret, 'data.token') ?? '')
  if (atob(stored) !== token) return 'service account token has been invalidated'
  return userOfAccount(issuer, namespace, { name: claim('service-account.name'), uid: claim('service-account.uid') })
}

function userOfAccount({ store }: Issuer, namespace: string, ref: unknown): User | string {
  const { name, uid } = textRef(ref)
  const account = store.find(builtIn('serviceaccounts'), namespace, name)
  if (!account) return `serviceaccounts "${name}" not found`
  if (account.metadata.uid !== uid) return `service account UID (${account.metadata.uid}) does not match claim (${uid})`
  return { user: `system:serviceaccount:${namespace}:${name}`, uid, groups: accountGroups(namespace) }
}

/** Each: the claim, the resource it names, and the words for one of another UID. */
const BOUND_TO = [
  ['secret', 'secrets', 'secret UID', 'service account secret ref claim'],
  ['pod', 'pods', 'pod UID', 'service account pod ref claim'],
  ['node', 'nodes', 'node UID', 'service account node ref claim'],
] as const

function lostRef({ store }: Issuer, ours: Fields, namespace: string): string | undefined {
  for (const [claim, plural, what, where] of BOUND_TO) {
    if (!isFields(ours[claim]) || (claim === 'node' && isFields(ours['pod']))) continue
    const { name, uid } = textRef(ours[claim])
    const object = store.find(builtIn(plural), plural === 'nodes' ? '' : namespace, name)
    if (!object) return 'service account token has been invalidated'
    if (object.metadata.uid !== uid) return `${what} (${object.metadata.uid}) does not match ${where} (${uid})`
  }
  return undefined
}

function extraOf(ours: Fields): Record<string, readonly string[]> {
  const refs = (['node', 'pod'] as const).filter((claim) => isFields(ours[claim]))
  const entries = refs.flatMap((claim) => {
    const { name, uid } = textRef(ours[claim])
    return [
      [`${EXTRA}/${claim}-name`, [name]],
      [`${EXTRA}/${claim}-uid`, [uid]],
    ] as const
  })
  return Object.fromEntries(entries)
}

function refOf({ metadata: { name, uid } }: KubeObject): Fields {
  return { name, uid }
}

function textRef(ref: unknown): { name: string; uid: string } {
  return { name: String(at(ref, 'name')), uid: String(at(ref, 'uid')) }
}

/** Tokens go by the client's clock: the wall's where the cluster is served, virtual time in process. */
function nowSeconds({ clock }: Issuer): number {
  return Math.floor((clock.now() + clock.shownOffsetMs) / 1000)
}
