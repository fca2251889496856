/** Secrets in disguise. */
import { tokens, type SecretCase } from './secrets.ts'
import type { Random } from './random.ts'

/** Each disguise on several secrets; `secrets` is what must be gone, in the form in which it stands there. */
export function evasiveCases(r: Random): SecretCase[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const disguises: [string, (secret: string) => [text: string, secret: string]][] = [
    [
      'zero width',
      (it) => {
        const hidden = [...it].join('\u200b')
        return [`use ${hidden} now`, hidden]
      },
    ],
    [
      'soft hyphens',
      (it) => {
        const hidden = [...it].join('\u00ad')
        return [`use ${hidden} now`, hidden]
      },
    ],
    [
      'colours',
      (it) => {
        const hidden = [...it].join('\x1b[1m')
        return [`use ${hidden} now`, hidden]
      },
    ],
    [
      'full width',
      (it) => {
        const wide = [...it]
          .map((c) => (/[a-z0-9]/i.test(c) ? String.fromCodePoint(c.charCodeAt(0) + 0xfee0) : c))
          .join('')
        return [`use ${wide} now`, wide]
      },
    ],
    ['a name with another alphabet', (it) => [`pаsswоrd=${it}`, it]],
    ['base64', (it) => [`blob ${base64(`password=${it}`)}`, base64(`password=${it}`)]],
    [
      'base64 of JSON',
      (it) => [`blob ${base64(JSON.stringify({ token: it }))}`, base64(JSON.stringify({ token: it }))],
    ],
    ['base64 twice', (it) => [`blob ${base64(base64(`password=${it}`))}`, base64(base64(`password=${it}`))]],
    ['base64 of the token', (it) => [`blob ${base64(it)}`, base64(it)]],
    [
      'base64url',
      (it) => {
        const text = Buffer.from(`secret_key: ${it}?>`).toString('base64url')
        return [`blob ${text}`, text]
      },
    ],
    [
      'hex',
      (it) => {
        const text = Buffer.from(`password=${it}`).toString('hex')
        return [`blob ${text}`, text]
      },
    ],
    [
      'percent escapes',
      (it) => {
        const text = [...it].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
        return [`GET /x?password=${text}`, text]
      },
    ],
    ['percent separators', (it) => [`callback=%2Fx%3Fpassword%3D${it}%26n%3D1`, it]],
    [
      'unicode escapes',
      (it) => {
        const text = [...it].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')
        return [`password: "${text}"`, text]
      },
    ],
    ['character references', (it) => [`&quot;password&quot;:&quot;${it}&quot;`, it]],
    ['literals added', (it) => [`key = "${it.slice(0, 9)}" + "${it.slice(9)}"`, it.slice(9)]],
    ['a continued line', (it) => [`use ${it.slice(0, 12)}\\\n  ${it.slice(12)} now`, it.slice(12)]],
    ['a broken line', (it) => [`use ${it.slice(0, 16)}\n    ${it.slice(16)}`, it.slice(16)]],
    ['a gapped name', (it) => [`p a s s w o r d = ${it}`, it]],
    ['a leet name', (it) => [`p@ssw0rd: ${it}`, it]],
    ['upper case name', (it) => [`PASSWORD ${'='} ${it}`, it]],
    ['a name in two words', (it) => [`API KEY: ${it}`, it]],
    ['a value on the next line', (it) => [`password:\n  ${it}`, it]],
    ['a table', (it) => [`| user | password |\n|---|---|\n| ann | ${it} |`, it]],
  ]
  return disguises.flatMap(([about, disguise]) => {
    const all = tokens(r)
    const chosen = [all['github classic']!, all['openai']!, all['stripe']!, all['gitlab']!, all['npm']!]
    return chosen.map((token) => {
      const [value, secret] = disguise(token)
      return { about, value, secrets: [secret] }
    })
  })
}
