/** Google OAuth client secrets, access and refresh tokens. Source: Google identity docs, "OAuth 2.0". */
import { pattern, type Rule } from '../rule.ts'

export const googleOauth: Rule = {
  id: 'google-oauth',
  keywords: ['gocspx-', 'ya29.', '1//0'],
  find: pattern(/(?<![A-Za-z0-9])(?:GOCSPX-[\w-]{24,40}|ya29\.[\w-]{20,1000}|1\/\/0[\w-]{30,200})/g),
  finds: ['GOCSPX-' + 'aB3-'.repeat(7), 'ya29.' + 'a0Af_'.repeat(10), '1//0' + 'gX9_'.repeat(12)],
  ignores: ['ya29.short', 'http://1//0'],
}
