/** Credentials of an HTTP Authorization header. Source: RFC 9110 §11.4, RFC 6750 §2.1, RFC 7617 §2. */
import { matchesOf, type Rule, type Span } from '../rule.ts'

export const authorization: Rule = {
  id: 'authorization',
  keywords: ['bearer', 'basic', 'authorization', 'ssws'],
  find: findCredentials,
  finds: [
    `Authorization: Bearer ${'a1'.repeat(12)}`,
    `authorization: basic ${Buffer.from('user:hunter22').toString('base64')}`,
    `curl -H "Authorization: Token ${'x'.repeat(12)}"`,
    `{"Authorization":"Bearer ${'short'}"}`,
    `sent Bearer ${'Zz9'.repeat(8)} to the API`,
    `Proxy-Authorization: ${'q'.repeat(24)}`,
  ],
  ignores: [
    'WWW-Authenticate: Bearer realm="shop"',
    'Bearer authentication is required',
    'Basic constraints: CA:FALSE',
    'Authorization: Bearer $TOKEN',
    '--authorization-mode=Node,RBAC',
    'authorization: RBAC',
  ],
}

function* findCredentials(text: string): Iterable<Span> {
  for (const match of matchesOf(text, IN_HEADER)) if (isCredential(match[1]!, match[2])) yield spanOf(match, match[2]!)
  for (const match of matchesOf(text, DIGEST)) yield spanOf(match, match[1]!)
  for (const match of matchesOf(text, ALONE)) if (/\d/.test(match[1]!)) yield spanOf(match, match[1]!)
}

const IN_HEADER =
  /authorization\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["']?((?:bearer|basic|token|negotiate|apikey|api-key|key|ssws|splunk|bot|hmac|aws|oauth|gitlab|genie\w*|dpop|hawk|sharedkey|sharedaccesssignature)\s{1,4})?([\w.~+/=-]+)/gi
const DIGEST = /\bdigest\s[^\n]{0,400}?\bresponse="?([0-9a-f]{32,64})/gi
const ALONE = /\b(?:bearer|basic|ssws)\s{1,4}([\w.~+/=-]{16,})/gi
const BARE_MIN = 16 // without a scheme, shorter words are modes (RBAC) rather than credentials

function isCredential(scheme: string | undefined, value = ''): boolean {
  if (scheme) return true
  return value.length >= BARE_MIN && !/^(?:bearer|basic|token|negotiate)$/i.test(value)
}

function spanOf(match: RegExpExecArray, found: string): Span {
  const end = match.index + match[0].length
  return [end - found.length, end]
}
