/** A user as authentication.k8s.io writes one. Source: k8s.io/api/authentication/v1/types.go (UserInfo). */
import type { User } from '../server.ts'

export function userInfo({ user, uid, groups, extra }: User): object {
  return { username: user, ...(uid && { uid }), groups, ...(extra && { extra }) }
}
