/**
 * The files of one journal: the one that is written, and those it grew out of, `audit.1.jsonl`, `audit.2.jsonl`, oldest
 * first. One chain runs through all of them, so none can be taken away unnoticed.
 */
import { readdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { JournalError } from './journal-error.ts'
import { readJournalFile } from './repair.ts'

/** Those that are full, oldest first. */
export function fullSegments(file: string): string[] {
  const { dir, name, ext } = path.parse(file)
  return namesIn(dir || '.')
    .flatMap((entry) => {
      const number = entry.startsWith(`${name}.`) && entry.endsWith(ext) ? middle(entry, name, ext) : undefined
      return number === undefined ? [] : [{ number, file: path.join(dir, entry) }]
    })
    .toSorted((a, b) => a.number - b.number)
    .map((segment) => segment.file)
}

function middle(entry: string, name: string, ext: string): number | undefined {
  const text = entry.slice(name.length + 1, entry.length - ext.length)
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No folder yet, or a file in its place, which opening the journal will tell.
    return []
  }
}

/** All lines of a journal, oldest first, but for what is written now. */
export function fullLines(file: string): string[] {
  return fullSegments(file).flatMap((segment) => [...readJournalFile(segment).lines])
}

/** Sets the written file aside as the youngest of the full ones. */
export function setAside(file: string): void {
  const { dir, name, ext } = path.parse(file)
  const last = fullSegments(file).at(-1)
  const number = last === undefined ? 1 : middle(path.basename(last), name, ext)! + 1
  try {
    renameSync(file, path.join(dir, `${name}.${number}${ext}`))
  } catch (fault) {
    throw new JournalError(file, `is full and cannot be set aside (${(fault as Error).message})`, { cause: fault })
  }
}
