/**
 * The student's files as a report shows them: the lines around a place, and the place of a step.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Sources } from './report.ts'

const LINES_AROUND = 2

/**
 * @param workDir where the edited files lie
 * @param files   their paths in it
 * @param kitDir  what the paths in a report are relative to
 */
export function openSources(
  { workDir, files }: { workDir: string; files: readonly string[] },
  kitDir: string,
): Sources {
  const texts = new Map<string, string>()
  const textOf = (file: string): string => {
    const known = texts.get(file) ?? readOrEmpty(file)
    texts.set(file, known)
    return known
  }
  return {
    spot(place) {
      const frame = codeFrame(textOf(place.file), place)
      return { ...place, file: relativeTo(kitDir, place.file), ...(frame === undefined ? {} : { frame }) }
    },
    find(text) {
      for (const name of files) {
        const file = path.join(workDir, name)
        const line = lineOf(textOf(file), text)
        if (line !== undefined) return { file, line }
      }
      return undefined
    },
  }
}

/**
 * The lines around a place, the place itself marked with `>` and, when the column is known, with `^` below it.
 *
 * @example codeFrame('a\nb\nc', { line: 2, column: 1 }) // '  1 | a\n> 2 | b\n    | ^\n  3 | c'
 */
export function codeFrame(text: string, { line, column }: { line: number; column?: number }): string | undefined {
  const lines = text.split(/\r?\n/)
  if (text === '' || line < 1 || line > lines.length) return undefined
  const from = Math.max(1, line - LINES_AROUND)
  const to = Math.min(lines.length, line + LINES_AROUND)
  const width = String(to).length
  const rows: string[] = []
  for (let at = from; at <= to; at++) {
    rows.push(`${at === line ? '>' : ' '} ${String(at).padStart(width)} | ${lines[at - 1] ?? ''}`.trimEnd())
    if (at === line && column !== undefined) rows.push(`  ${' '.repeat(width)} | ${' '.repeat(column - 1)}^`)
  }
  return rows.join('\n')
}

/** The line where `text` is declared, as a function, a value or a property; or else where it first stands outside a comment. */
function lineOf(source: string, text: string): number | undefined {
  const lines = source.split(/\r?\n/)
  const declared = lines.findIndex((line) => declarationOf(line) === text)
  const found =
    declared >= 0 ? declared : lines.findIndex((line) => line.includes(text) && !COMMENT_OR_IMPORT.test(line))
  return found >= 0 ? found + 1 : undefined
}

const COMMENT_OR_IMPORT = /^\s*(\*|\/\/|\/\*|import )/
const DECLARATION =
  /^\s*(?:export )?(?:async )?(?:(?:function\*?|const|let|class|type) ([\w$]+)|([\w$]+)(?=\(.*\{\s*$|:))/

function declarationOf(line: string): string | undefined {
  const [, declared, property] = DECLARATION.exec(line) ?? []
  return declared ?? property
}

/** `file` as a report names it: relative to the kit, with forward slashes on every machine. */
export function relativeTo(kitDir: string, file: string, platform: typeof path.posix = path): string {
  return platform.relative(kitDir, file).split(platform.sep).join('/')
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // a file that cannot be read has no lines to show; the report names it anyway
  }
}
