/**
 * Finds the student's line in the text of a stack. A stack may name a file as a path or as a `file:` URL, with either
 * kind of slash and, under Vite, with a query behind it.
 */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourcePlace } from './record.ts'

const FRAME = /^\s*at (?:.*? \()?(?:async )?(.+?):(\d+):(\d+)\)?$/

/** The first frame of `stack` that lies in `dir`, or undefined. */
export function placeInStack(stack: string, dir: string): SourcePlace | undefined {
  for (const line of stack.split('\n')) {
    const [, where, lineNumber, column] = FRAME.exec(line) ?? []
    if (where === undefined) continue
    const file = asPath(where)
    if (isInside(file, dir)) return { file, line: Number(lineNumber), column: Number(column) }
  }
  return undefined
}

/** Whether `file` lies in `dir`; on Windows whatever the slashes and the case of the drive. */
export function isInside(file: string, dir: string, platform: typeof path.posix = path): boolean {
  const relative = platform.relative(dir, file)
  return relative !== '' && !relative.startsWith('..') && !platform.isAbsolute(relative)
}

/** A frame's file as a path: without a query, and not as a URL. */
export function asPath(where: string): string {
  const bare = where.replace(/\?.*$/, '')
  if (!bare.startsWith('file:')) return bare
  try {
    return fileURLToPath(bare)
  } catch {
    return bare // a URL that is no path on this machine names no file of the student's
  }
}
