/**
 * Random values right behind a word for what is secret, whatever the word is part of: `fastly-key: …`, `the ACL token was …`,
 * `X-Amz-Signature=…`. A key may also be that of a cache or a table, and a hash may be of a key: those words make it harmless.
 */
import { matchesOf, type Rule, type Span } from '../rule.ts'
import { isMixed } from './random-token.ts'

const hex = '0a1b2c3d4e5f6071'
const mixed = ['aB3xK9', 'pQ7mZ2', 'vT5w'].join('')

export const nearWord: Rule = {
  id: 'near-word',
  keywords: ['key', 'token', 'secret', 'auth', 'signature', 'license', 'licence', 'credential', 'passcode'],
  needsRun: true,
  find: findValues,
  finds: [
    `fastly-key: ${mixed}`,
    `segment write key: ${mixed}`,
    `consul acl token 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9`,
    `certificate-key ${hex.repeat(4)}`,
    `Encryption key is ${hex.repeat(2)}`,
    `X-Amz-Signature=${hex.repeat(4)}`,
    `twilio auth ${hex.repeat(2)} sid`,
    `license: ABCDE-12345-FGHIJ-67890-KLMNO`,
  ],
  ignores: [
    `cache key: ${hex.repeat(2)}`,
    `idempotency-key: 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9`,
    `key fingerprint ${hex.repeat(2)}`,
    `secret checksum ${hex.repeat(4)}`,
    `checksum/secret: ${hex.repeat(4)}`,
    `public key ${mixed}${mixed}`,
    `token-service-7b9d5f6c8d-x2x9z`,
    `auth-${hex.repeat(2)}`,
    `secret "web-7b9d5f6c8d" not found`,
  ],
}

const WORD =
  /(?<![A-Za-z0-9/])((?:[\w./-]{1,40}[ _./-])?(?:[a-z]{0,12})(?:key|token|secret|auth|signature|licen[sc]e|credentials?|passcode)s?(?:[_-](?:base|value|data))?)["']?(?:\s{0,3}(?:=>|->|[:=])\s{0,3}|\s(?:is|was|are|now)\s{0,2}:?\s{0,3}|\s)["']?([A-Za-z0-9][A-Za-z0-9+/=_-]{15,200})(?![\w+/=-])/dgi
const OTHER_KEY =
  /(?:cache|idempotency|partition|primary|foreign|sort|public|dedup\w*|routing|object|row|message|lookup|index|shard|hash|map|group|s3|storage|bucket|checksum\/?\w*|correlation|request|trace|pub|verification|known|host)[ _.-]?(?:key|token|secret|signature)s?$|checksum|digest|fingerprint|sha\d|thumbprint|hash/i

function* findValues(text: string): Iterable<Span> {
  for (const { 1: word = '', 2: value = '', indices } of matchesOf(text, WORD)) {
    if (!OTHER_KEY.test(word) && isRandom(value, word)) yield indices![2]!
  }
}

function isRandom(value: string, word: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return /token|secret$/i.test(word)
  if (/^[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){3,}$/.test(value)) return /licen/i.test(word)
  if (/^[0-9a-f]+$/i.test(value)) return value.length >= 32 && /\d/.test(value) && /[a-f]/i.test(value)
  const longest = value.split(/[-_]/).reduce((most, part) => (part.length > most.length ? part : most), '')
  return longest.length >= 16 && isMixed(longest)
}
