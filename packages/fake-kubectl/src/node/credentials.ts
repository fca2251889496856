/**
 * From whom a kubeconfig is for to what has to stand in it: a certificate of the cluster's authority, a token, or the
 * admin's with somebody to act for.
 */
import type { CertificateAuthority } from './certificate.ts'
import type { KubeconfigOptions } from './kubeconfig.ts'

/** Whom a kubeconfig is for: the admin when nothing is said, a user with a certificate, a token, or somebody acted for. */
export type Credentials = {
  /** A client certificate for this user, and these groups. Over plain HTTP the admin acts for them instead. */
  user?: string
  groups?: readonly string[]
  /** A bearer token the cluster knows. */
  token?: string
  /** The admin, acting for somebody: `kubectl --as`. */
  as?: string
  /** Namespace kubectl works in; `default` when absent. */
  namespace?: string
}

/** @param authority absent over plain HTTP, where the only credential is to act for somebody */
export function identified(
  { user, groups = [], token, as, namespace }: Credentials,
  adminToken: string,
  authority: CertificateAuthority | undefined,
): Omit<KubeconfigOptions, 'url'> {
  const where = namespace === undefined ? {} : { namespace }
  if (!authority) {
    const acting = as ?? user
    return { ...where, ...(acting !== undefined && { as: acting, asGroups: groups }) }
  }
  const ca = { ...where, certificateAuthority: authority.certificate }
  if (user !== undefined) return { ...ca, client: authority.forUser({ user, groups }) }
  return { ...ca, token: token ?? adminToken, ...(as !== undefined && { as, asGroups: groups }) }
}
