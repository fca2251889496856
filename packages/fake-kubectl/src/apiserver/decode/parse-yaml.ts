/**
 * Reads YAML as sigs.k8s.io/yaml does: version 1.1 (`yes` is true), but a time is text and 22:30 is no number; the first
 * document counts; a key that comes twice is told of with its line.
 * Source: sigs.k8s.io/yaml, which converts to JSON first; go-yaml's resolve.go and its scanner's words.
 */
import { isMap, isScalar, LineCounter, parseAllDocuments, visit, type Document, type YAMLError } from 'yaml'

export type YamlText = {
  readonly value: unknown
  /** In Go's words, `line 4: key "a" already set in map`. */
  readonly duplicates: readonly string[]
}

const MAX_ALIASES = 100

/** @throws SyntaxError with Go's words */
export function parseYaml(text: string): YamlText {
  const lineCounter = new LineCounter()
  const [document] = parseAllDocuments(text, { ...AS_GO, lineCounter }) as Document[]
  if (!document) return { value: null, duplicates: [] }
  const [error] = document.errors
  if (error) throw new SyntaxError(goWords(error))
  try {
    const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown
    return { value, duplicates: duplicatesIn(document, lineCounter) }
  } catch (fault) {
    const [, anchor] = /^Unresolved alias .*: (.+)$/s.exec((fault as Error).message) ?? []
    const why = anchor ? `unknown anchor '${anchor}' referenced` : 'document contains excessive aliasing'
    throw new SyntaxError(`yaml: ${why}`)
  }
}

const AS_GO: Parameters<typeof parseAllDocuments>[1] = {
  version: '1.1',
  uniqueKeys: false,
  prettyErrors: true,
  customTags: (tags) =>
    tags.filter((tag) => {
      if (typeof tag === 'string') return true
      return tag.tag !== 'tag:yaml.org,2002:timestamp' && !('format' in tag && tag.format === 'TIME')
    }),
}

function duplicatesIn(document: Document, lines: LineCounter): string[] {
  const found: string[] = []
  visit(document, {
    Map(_key, map) {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        const { line } = lines.linePos(key.range?.[0] ?? 0)
        if (seen.has(name) && name !== '<<') found.push(`line ${line}: key ${JSON.stringify(name)} already set in map`)
        seen.add(name)
      }
      return isMap(map) ? undefined : visit.SKIP
    },
  })
  return found
}

/** Go counts the lines of its scanner's errors from one, of its parser's from zero, and names no line zero. */
function goWords({ code, message, linePos }: YAMLError): string {
  const line = linePos?.[0].line ?? 1
  const [, words = message.split('\n')[0]!, source] =
    WORDS.find(([pattern]) => pattern.test(`${code} ${message}`)) ?? []
  const counted = source === 'parser' ? line - 1 : line > 1 ? line : 0
  return `yaml: ${counted > 0 ? `line ${counted}: ` : ''}${words.replace(/ at line .*$/, '')}`
}

const WORDS: readonly (readonly [pattern: RegExp, words: string, source?: 'parser'])[] = [
  [/Flow sequence/, "did not find expected ',' or ']'", 'parser'],
  [/Flow map/, "did not find expected ',' or '}'", 'parser'],
  [/block-seq-ind on same line/, 'block sequence entries are not allowed in this context'],
  [/^BLOCK_AS_IMPLICIT_KEY/, 'mapping values are not allowed in this context'],
  [/^TAB_AS_INDENT|^BAD_SCALAR_START/, 'found character that cannot start any token'],
  [/^BAD_DQ_ESCAPE/, 'found unknown escape character'],
  [/^MULTILINE_IMPLICIT_KEY/, "could not find expected ':'"],
  [/^MISSING_CHAR/, 'found unexpected end of stream'],
  [/^BAD_INDENT/, 'did not find expected key', 'parser'],
  [/^UNEXPECTED_TOKEN .*node end/, 'did not find expected key', 'parser'],
  [/^UNEXPECTED_TOKEN/, 'did not find expected <document start>', 'parser'],
]
