/** Registry logins of a docker config: `auth` holds base64 of `user:password`. Source: Kubernetes docs, "Pull an Image from a Private Registry". */
import { pattern, type Rule } from '../rule.ts'

const login = Buffer.from('ann:hunter2').toString('base64')

export const dockerAuth: Rule = {
  id: 'docker-auth',
  keywords: ['auth'],
  find: pattern(
    /\bauth\\{0,3}["']?[ \t]{0,8}:[ \t]{0,8}\\{0,3}["']?([A-Za-z0-9+/]{4,2000}={0,2})(?![\w+/=])/g,
    isLogin,
  ),
  finds: [`{"auths":{"registry.example":{"auth":"${login}"}}}`, `auth: ${login}`, `{\\"auth\\":\\"${login}\\"}`],
  ignores: ['"auth": "basic"', 'auth: none', `"auth":"${Buffer.from('no colon here').toString('base64')}"`],
}

/** Whether the text is base64 of a login: printable, with a colon inside. */
export function isLogin(found: string): boolean {
  return /^[ -~]{1,200}:[ -~]{1,2000}$/.test(Buffer.from(found, 'base64').toString('latin1'))
}
