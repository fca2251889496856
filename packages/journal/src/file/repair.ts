/**
 * The torn tail: a process that was killed in the middle of a write leaves half a line. That row was never acknowledged,
 * so it is cut, and the cut is reported. Nothing else in a file is ever repaired.
 */
import { readFileSync, truncateSync } from 'node:fs'

import { JournalError } from './journal-error.ts'

/** What was cut from the end of a file. */
export type Repair = {
  readonly cutBytes: number
  /** The number, from 1, of the line that was cut. */ readonly line: number
}

/** The whole lines of a file, and the bytes after the last newline. */
export type Contents = { readonly lines: readonly string[]; readonly sizeBytes: number; readonly tornBytes: number }

/** Reads a journal file. A file that is not there is empty. */
export function readJournalFile(file: string): Contents {
  const bytes = readBytes(file)
  const end = bytes.lastIndexOf(NEWLINE) + 1
  const lines = end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n')
  return { lines, sizeBytes: bytes.length, tornBytes: bytes.length - end }
}

/**
 * Cuts what stands after the last newline.
 *
 * @returns what was cut, or undefined when the file ends with a whole line
 */
export function repairTail(file: string, { lines, sizeBytes, tornBytes }: Contents): Repair | undefined {
  if (tornBytes === 0) return undefined
  try {
    truncateSync(file, sizeBytes - tornBytes)
  } catch (fault) {
    throw new JournalError(file, 'its last line is torn and cannot be cut; make the file writable', { cause: fault })
  }
  return { cutBytes: tornBytes, line: lines.length + 1 }
}

const NEWLINE = 0x0a

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw new JournalError(file, `cannot be read (${(fault as Error).message}); name a file you may read`, {
      cause: fault,
    })
  }
}
