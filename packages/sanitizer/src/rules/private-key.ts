/** Private keys in PEM, also with their newlines escaped, or cut off before the end. Source: RFC 7468 §10, §11. */
import type { Rule, Span } from '../rule.ts'

const pem = (label: string, newline = '\n') =>
  [`-----BEGIN ${label}-----`, 'MIIE'.repeat(16), 'AbC='.repeat(8), `-----END ${label}-----`].join(newline)

export const privateKey: Rule = {
  id: 'private-key',
  keywords: ['private key'],
  find: findKeys,
  finds: [
    pem(`RSA ${'PRIVATE'} KEY`),
    pem(`${'PRIVATE'} KEY`, '\\n'),
    pem(`OPENSSH ${'PRIVATE'} KEY`, '\n    '),
    pem(`EC ${'PRIVATE'} KEY`).slice(0, 90),
  ],
  ignores: [pem('CERTIFICATE'), pem('PUBLIC KEY'), 'the PRIVATE KEY was not found'],
}

function* findKeys(text: string): Iterable<Span> {
  let from = 0
  for (const { 0: begin, index } of text.matchAll(/-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g)) {
    if (index < from) continue
    const body = index + begin.length
    END.lastIndex = body
    const end = END.exec(text)
    BODY.lastIndex = body
    BODY.test(text)
    // Without its end line, the key goes as far as its alphabet does.
    from = end && end.index <= BODY.lastIndex ? END.lastIndex : Math.max(BODY.lastIndex, body)
    yield [index, from]
  }
}

const END = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g
const BODY = /(?:[A-Za-z0-9+/=:,. \t\r\n-]|\\[nrt])*/y
