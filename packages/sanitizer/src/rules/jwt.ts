/** JSON Web Tokens, service account tokens among them. Source: RFC 7519 §3, the compact form. */
import { pattern, type Rule } from '../rule.ts'

const head = Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url')
const body = Buffer.from('{"sub":"system:serviceaccount:shop:web"}').toString('base64url')

export const jwt: Rule = {
  id: 'jwt',
  keywords: ['eyj'],
  find: pattern(
    /(?<![\w-])sk\.eyJ[\w-]{10,1000}\.[\w-]{10,200}|(?<![\w-])eyJ[\w-]{10,4000}\.eyJ[\w-]{10,16000}(?:\.[\w-]*)?/g,
  ),
  finds: [`${head}.${body}.${'s'.repeat(43)}`, `token ${head}.${body}. is unsigned`],
  ignores: ['eyJhbGciOi is how they all begin', `${head}`, 'a.b.c'],
}
