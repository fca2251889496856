/**
 * A journal in a file, one JSON line an entry. A row is acknowledged when the operating system has all of it, so it
 * survives `kill -9`; with `fsync` it is on the disk, so it survives a power cut too. One file has one writer. A file that
 * is full is set aside, and the chain goes on in a new one.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

import { verify, type Head, type Verdict } from '../chain.ts'
import { createJournal, type Journal, type Sink } from '../journal.ts'
import { JournalError } from './journal-error.ts'
import { readJournalFile, repairTail, type Repair } from './repair.ts'
import { fullLines, setAside } from './segments.ts'

/** A journal that holds a file open. */
export type FileJournal<R> = Journal<R> & {
  /** What opening had to cut: half a row that was never acknowledged. */
  readonly repaired: Repair | undefined
  /** Lets go of the file; appending later is an error. */
  close(): void
}

/**
 * Opens a journal file, or creates it (and its folder), readable by its owner alone.
 *
 * @param options `fsync: true` waits for the disk at each row, at the cost of some milliseconds;
 *                `maxBytes` is how large a file may grow before it is set aside as `NAME.1.jsonl`, `NAME.2.jsonl` …;
 *                `onRepair` is told when a torn tail was cut
 * @throws        JournalError when the file can't be opened, or when the chain in it is broken
 */
export function openJournal<R>(
  file: string,
  options: { now: () => Date; fsync?: boolean; maxBytes?: number; onRepair?: (repair: Repair) => void },
): FileJournal<R> {
  const { now, fsync = false, maxBytes = Infinity, onRepair } = options
  const contents = readJournalFile(file)
  const head = headOf(file, [...fullLines(file), ...contents.lines])
  const repaired = repairTail(file, contents)
  if (repaired) onRepair?.(repaired)
  const sink = fileSink(file, { fsync, maxBytes, sizeBytes: contents.sizeBytes - contents.tornBytes })
  const journal = createJournal<R>({ sink, now, head })
  return Object.defineProperties({} as FileJournal<R>, {
    ...Object.getOwnPropertyDescriptors(journal),
    repaired: { value: repaired, enumerable: true },
    close: { value: () => sink.close(), enumerable: true },
  })
}

/**
 * Checks a journal file as `verify` checks lines, with the files that were set aside before it, and changes nothing; a torn
 * last line counts as unreadable. Lines are counted from the first of the oldest file.
 */
export function verifyFile(file: string, receipt?: Head): Verdict {
  const contents = readJournalFile(file)
  const { tornBytes } = contents
  const lines = [...fullLines(file), ...contents.lines]
  const verdict = verify(lines, receipt)
  if (verdict.kind === 'broken' && verdict.fault !== 'cut') return verdict
  if (tornBytes === 0) return verdict
  const line = lines.length + 1
  return { kind: 'broken', fault: 'unreadable', line, message: `line ${line}: torn; opening the journal cuts it` }
}

function headOf(file: string, lines: readonly string[]): Head {
  const verdict = verify(lines)
  if (verdict.kind === 'intact') return verdict.head
  throw new JournalError(file, `${verdict.message}. Move the file aside and keep it; a new one is begun in its place`)
}

function fileSink(
  file: string,
  options: { fsync: boolean; maxBytes: number; sizeBytes: number },
): Sink & { close(): void } {
  let descriptor: number | undefined = openForAppend(file)
  let { sizeBytes } = options
  return {
    append(line) {
      if (descriptor === undefined) throw new JournalError(file, 'is closed, so nothing can be appended; open it again')
      expectSize(file, descriptor, sizeBytes)
      const bytes = Buffer.from(`${line}\n`)
      if (sizeBytes > 0 && sizeBytes + bytes.length > options.maxBytes) {
        closeSync(descriptor)
        descriptor = undefined
        setAside(file)
        descriptor = openForAppend(file)
        sizeBytes = 0
      }
      writeWhole(file, descriptor, { bytes, sizeBytes, fsync: options.fsync })
      sizeBytes += bytes.length
    },
    get lines() {
      return [...fullLines(file), ...readJournalFile(file).lines]
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
    },
  }
}

const OWNER_ONLY = 0o600 // an audit trail tells who did what

function openForAppend(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return openSync(file, 'a', OWNER_ONLY)
  } catch (fault) {
    const why = `cannot be opened for appending (${(fault as Error).message})`
    throw new JournalError(file, `${why}; name a file you may write`, { cause: fault })
  }
}

/** A second writer would fork the chain. */
function expectSize(file: string, descriptor: number, sizeBytes: number): void {
  const found = fstatSync(descriptor).size
  if (found === sizeBytes) return
  throw new JournalError(
    file,
    `expected ${sizeBytes} bytes, found ${found}: somebody else wrote to it; give each process a journal of its own`,
  )
}

/** All of it or nothing: what a failed write left behind is cut, so that the next row does not stand behind half a row. */
function writeWhole(
  file: string,
  descriptor: number,
  { bytes, sizeBytes, fsync }: { bytes: Buffer; sizeBytes: number; fsync: boolean },
): void {
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
    if (fsync) fsyncSync(descriptor)
  } catch (fault) {
    // When this fails too, the size no longer fits and every later append is refused.
    ftruncateSync(descriptor, sizeBytes)
    throw new JournalError(file, `the row could not be written (${(fault as Error).message})`, { cause: fault })
  }
}
