/** YAML text into documents that know their lines. It does not know what a policy is. */
import { isMap, isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml'

import type { Source } from './check-object.ts'
import { PolicyError } from './policy-error.ts'

/** @throws PolicyError for text that is not plain YAML, at the line where it stops being it */
export function readDocuments(yaml: string, file: string | undefined): Source[] {
  const lines = new LineCounter()
  const documents = [...parseAllDocuments(yaml, { lineCounter: lines })]
  const sources: Source[] = []
  for (const document of documents) {
    const fault = document.errors[0] ?? document.warnings[0]
    if (fault) throw notYaml(fault.message, { file, line: lines.linePos(fault.pos[0]).line })
    if (document.contents === null || isEmptyScalar(document)) continue
    const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(document, path)).line
    sources.push({ object: toObject(document, file, lineOf([])), file, lineOf })
  }
  return sources
}

function notYaml(message: string, where: { file: string | undefined; line: number }): PolicyError {
  const found = message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
  return new PolicyError({
    ...where,
    where: '',
    found: `bad YAML (${found})`,
    expected: 'plain YAML',
    next: 'correct this line',
  })
}

function isEmptyScalar({ contents }: Document): boolean {
  return isScalar(contents) && contents.value === null
}

function toObject(document: Document, file: string | undefined, line: number): unknown {
  try {
    return document.toJS()
  } catch (fault) {
    // Aliases are resolved only here; too many of them, or one of an unknown anchor, is a fault of the text.
    throw notYaml(fault instanceof Error ? fault.message : 'unreadable', { file, line })
  }
}

/** Where the field stands; when it is missing, where the nearest thing around it stands. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const key = path[length - 1]
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined
    const node = pair?.key ?? document.getIn(path.slice(0, length), true)
    const offset = (node as { range?: [number, number, number] } | undefined)?.range?.[0]
    if (offset !== undefined) return offset
  }
  return document.contents?.range?.[0] ?? 0
}
