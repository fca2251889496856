/** Secret keys that say so: age, WireGuard, Nostr. Source: age spec, "X25519 recipients"; WireGuard quick start. */
import { pattern, type Rule } from '../rule.ts'

export const cryptoKey: Rule = {
  id: 'crypto-key',
  keywords: ['age-secret-key', 'nsec1', 'privatekey'],
  find: pattern(
    /(?<![A-Za-z0-9])(?:AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{50,2000}|nsec1[a-z0-9]{50,60}|(?<=PrivateKey\s{0,4}=\s{0,4})[A-Za-z0-9+/]{43}=)/g,
  ),
  finds: ['AGE-SECRET-KEY-1' + 'Q9X8'.repeat(14) + 'AB', `PrivateKey = ${'aB3/'.repeat(10)}abc=`],
  ignores: ['AGE-SECRET-KEY-1', 'age1' + 'q9x8'.repeat(14)],
}
