/**
 * Secret objects written as text: YAML, JSON, or a last-applied annotation within either. The values under `data` and
 * `stringData` are secrets whatever they look like; their keys are not. Secrets that arrive as objects are `structure.ts`
 * of the folder above. In a text that also shows other kinds, their `data` may be masked too.
 */
import { matchesOf, type Rule, type Span } from '../rule.ts'
import { readValue } from '../value.ts'

const value = Buffer.from('hunter2').toString('base64')

export const kubeSecret: Rule = {
  id: 'kube-secret',
  keywords: ['secret'],
  find: findValues,
  finds: [
    `apiVersion: v1\nkind: Secret\ndata:\n  motto: ${value}\n`,
    `apiVersion: v1\ndata:\n  motto: ${value}\n  other: ${value}\nkind: Secret\n`,
    `items:\n- apiVersion: v1\n  stringData:\n    motto: |-\n      ${'plain words'}\n      ${'two lines'}\n  kind: Secret`,
    `kind: Secret\ndata: {motto: ${value}, other: '${value}'}`,
    `{"kind":"Secret","data":{"motto":"${value}"}}`,
    `{\n  "data": {\n    "motto": "${value}"\n  },\n  "kind": "Secret"\n}`,
    `last-applied-configuration: |\n  {"data":{"motto":"${value}"},"kind":"Secret"}`,
    `{"annotation":"{\\"kind\\":\\"Secret\\",\\"stringData\\":{\\"motto\\":\\"${'plain'}\\"}}"}`,
    `{"kind":"SecretList","items":[{"data":{"motto":"${value}"}}]}`,
  ],
  ignores: [
    'kind: ConfigMap\ndata:\n  motto: hello\n',
    '{"kind":"ConfigMap","data":{"motto":"hello"}}',
    'kind: Secret\nmetadata:\n  name: db\ntype: Opaque\n',
    'kind: Secret\ndata:\n  motto: <secret:kube-secret:1>\n',
    'kind: Secret\ndata: {}\n---\nkind: ConfigMap\ndata:\n  motto: hello',
    'kind: SecretProviderClass\ndata:\n  motto: hello',
  ],
}

function* findValues(text: string): Iterable<Span> {
  if (/kind\\{0,3}["'][ \t]{0,8}:\s{0,8}\\{0,3}["']Secret(?:List)?\\{0,3}["']/.test(text)) yield* jsonValues(text)
  let from = 0
  for (const document of text.split(/^(?=---)/m)) {
    if (/^[ \t-]{0,40}kind:[ \t]{1,8}["']?Secret(?:List)?["']?[ \t]*\r?$/m.test(document))
      yield* yamlValues(text, from, document)
    from += document.length
  }
}

/** The members of each `"data": { … }`, up to the first that is no text; a Secret's data holds nothing else. */
function* jsonValues(text: string): Iterable<Span> {
  let from = 0
  for (const { 0: opening, index } of matchesOf(text, OPENING)) {
    if (index < from) continue
    from = index + opening.length
    for (;;) {
      MEMBER.lastIndex = from
      if (!MEMBER.test(text) || text[MEMBER.lastIndex] === '{' || text[MEMBER.lastIndex] === '[') break
      const span = readValue(text, MEMBER.lastIndex)
      if (span[1] > span[0]) yield span
      from = span[1]
    }
  }
}

const OPENING = /(?<![A-Za-z])(?:data|stringData)\\{0,3}["'][ \t]{0,8}:\s{0,8}\{/g
const MEMBER =
  /(?:\\{0,3}["'])?\s{0,200}(?:\\n\s{0,200})?,?\s{0,200}(?:\\n\s{0,200})?\\{0,3}["'][\w.-]{1,253}\\{0,3}["'][ \t]{0,8}:\s{0,8}/y

type Line = { readonly start: number; readonly text: string; readonly indent: number }

/** The lines below each `data:` that stand deeper, and what stands in braces beside it. */
function* yamlValues(text: string, from: number, document: string): Iterable<Span> {
  let start = from
  let dataIndent: number | undefined
  let blockIndent: number | undefined
  for (const line of document.split('\n')) {
    const indent = line.search(/[^ -]/)
    const here: Line = { start, text: line, indent }
    start += line.length + 1
    if (indent < 0) continue
    if (dataIndent !== undefined && indent <= dataIndent) dataIndent = blockIndent = undefined
    if (blockIndent !== undefined && indent > blockIndent) {
      yield wholeLine(here)
      continue
    }
    blockIndent = undefined
    if (dataIndent === undefined) {
      const data = /^[ -]{0,200}["']?(?:data|stringData)["']?:[ \t]{0,8}(\{.*)?\r?$/.exec(line)
      if (data?.[1]) yield* flowValues(here, line.length - data[1].length)
      else if (data) dataIndent = indent
      continue
    }
    const member = /^[ \t]{0,200}["']?[\w.-]{1,253}["']?:[ \t]{0,40}/.exec(line)
    if (!member) {
      yield wholeLine(here)
    } else if (/^[|>][+-]?\d?[ \t]*\r?$/.test(line.slice(member[0].length))) {
      blockIndent = indent
    } else if (line.length > member[0].length) {
      yield trimmed(here.start + member[0].length, line.slice(member[0].length))
    }
  }
}

function* flowValues(line: Line, at: number): Iterable<Span> {
  for (const { 0: member, index } of matchesOf(line.text.slice(at), /[\w.-]{1,253}["']?:[ \t]{1,8}(?=[^\s}])/g)) {
    const valueAt = at + index + member.length
    const [, end] = readValue(line.text, valueAt)
    const quote = /["']/.test(line.text[valueAt] ?? '') ? 1 : 0
    yield [line.start + valueAt + quote, line.start + end]
  }
}

function wholeLine({ start, text, indent }: Line): Span {
  return trimmed(start + indent, text.slice(indent))
}

/** Without the quotes around it and the spaces behind it. */
function trimmed(start: number, text: string): Span {
  const inner = text.trimEnd()
  const quoted = /^(["']).*\1$/.test(inner) ? 1 : 0
  return [start + quoted, start + inner.length - quoted]
}
