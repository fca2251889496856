/** Values of cookies in HTTP headers; their names and attributes stay. Source: RFC 6265 §4.1, §4.2. */
import { isHarmlessValue } from '../names.ts'
import { matchesOf, type Rule, type Span } from '../rule.ts'

export const cookie: Rule = {
  id: 'cookie',
  keywords: ['cookie'],
  find: findValues,
  finds: [
    `Cookie: theme=dark; sid=${'a1b2c3d4e5'}`,
    `set-cookie: session=${'aB3xK9pQ7m'}; Path=/; HttpOnly`,
    `curl -b 'x' -H "Cookie: auth=${'a1b2c3d4e5'}"`,
    `{"Set-Cookie":"id=${'a1b2c3d4e5'}; Secure"}`,
  ],
  ignores: ['Cookie: ', 'Cookie: $COOKIES', 'cookies: none', 'Set-Cookie: lang=en; Path=/', 'cookie policy: strict=1'],
}

const HEADER = /\b(?:set-)?cookie\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["'[]?([^\r\n"'\\]{1,4000})/gi
const PAIR = /(?:^|[;,]\s{0,4})([\w.-]{1,80})=([^;,\s]{6,4000})/g
const ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|secure|httponly|priority)$/i

function* findValues(text: string): Iterable<Span> {
  for (const header of matchesOf(text, HEADER)) {
    const start = header.index + header[0].length - header[1]!.length
    for (const { 0: pair, 1: name = '', 2: value = '', index } of matchesOf(header[1]!, PAIR)) {
      const end = start + index + pair.length
      if (!ATTRIBUTE.test(name) && !isHarmlessValue(value, name)) yield [end - value.length, end]
    }
  }
}
