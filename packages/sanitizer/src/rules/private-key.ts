/** Private keys in PEM, also with their newlines escaped, or with one end cut off. Source: RFC 7468 §10, §11. */
import { matchesOf, type Rule, type Span } from '../rule.ts'

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
    `INFO loading\n${pem(`RSA ${'PRIVATE'} KEY`).slice(40)}\ndone`,
    pem(`${'PRIVATE'} KEY`, '\\n').slice(40),
  ],
  ignores: [pem('CERTIFICATE'), pem('PUBLIC KEY'), 'the PRIVATE KEY was not found'],
}

function* findKeys(text: string): Iterable<Span> {
  let from = 0
  for (const { 0: begin, index } of matchesOf(text, /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g)) {
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
  yield* findTails(text)
}

/** What `tail` leaves of a key: the lines of base64 above an end line, when no begin line stands before them. */
function* findTails(text: string): Iterable<Span> {
  let from = 0
  for (const { 0: end, index } of matchesOf(text, END)) {
    const start = tailStart(text, from, index)
    from = index + end.length
    if (start < index) yield [start, from]
  }
}

function tailStart(text: string, from: number, end: number): number {
  let start = end
  for (;;) {
    const above = text.slice(Math.max(from, start - LINE_MAX), start)
    const [whole, line = ''] = BASE64_LINE.exec(above) ?? []
    if (whole === undefined || (start !== end && line.length < LINE_MIN && whole.length < above.length)) return start
    start -= whole.length
  }
}

// Lines of a key have 64 or 76 letters; only the last one, and the first when it is cut, may have fewer.
const LINE_MIN = 40
const LINE_MAX = 140
const BASE64_LINE = /(?<=^|\n|\\n)[ \t]{0,16}([A-Za-z0-9+/=]{1,100})(?:\r?\n|(?:\\r)?\\n)[ \t]{0,16}$/

const END = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g
const BODY = /(?:[A-Za-z0-9+/=:,. \t\r\n-]|\\[nrt])*/y
