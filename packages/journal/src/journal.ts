/**
 * A journal: appends records to a sink as a hash chain. It has no clock (`now` is handed in) and no file (`src/file/` has).
 */
import { canonicalJson } from './canonical.ts'
import { EMPTY, lineOf, link, parseEntry, type Entry, type Head } from './chain.ts'

/** Where lines are kept. `append` returns when the line is kept, or throws and keeps nothing of it. */
export type Sink = {
  append(line: string): void
  /** Everything kept so far, oldest first, without newlines. */
  readonly lines: Iterable<string>
}

/** An append-only list of records. */
export type Journal<R> = {
  /**
   * Adds a record. When it returns, the sink has kept the row; when it throws, the journal is as it was.
   *
   * @throws TypeError for a record that is no JSON value, and whatever the sink throws
   */
  append(record: R): Entry<R>
  /** All entries, read back from the sink at each access: what you see is what was written, and editing it changes nothing. */
  readonly entries: readonly Entry<R>[]
  /** Length and last hash; keep it elsewhere to notice a cut tail. */
  readonly head: Head
}

/**
 * Starts a journal on an empty sink, or continues one.
 *
 * @param options `now` gives the time of each entry; `head` is where the sink's chain stands, when it is not empty
 * @example       createJournal({ sink: memorySink(), now: () => new Date(clock.now()) })
 */
export function createJournal<R>(options: { sink: Sink; now: () => Date; head?: Head }): Journal<R> {
  const { sink, now } = options
  let head = options.head ?? EMPTY
  return {
    append(record) {
      // What is kept and returned is the JSON value, not the caller's object, which may hold things that JSON drops.
      const value = JSON.parse(canonicalJson(record)) as R
      const entry = link(head, now().toISOString(), value)
      sink.append(lineOf(entry))
      head = { length: entry.seq, hash: entry.hash }
      return entry
    },
    get entries() {
      return [...sink.lines].map((line) => entryOf<R>(line))
    },
    get head() {
      return head
    },
  }
}

/** Keeps lines in memory, for tests and for worlds that live in one process. */
export function memorySink(): Sink & { readonly lines: readonly string[] } {
  const lines: string[] = []
  return {
    append: (line) => void lines.push(line),
    get lines() {
      return [...lines]
    },
  }
}

function entryOf<R>(line: string): Entry<R> {
  const entry = parseEntry(line)
  if (!entry) throw new Error('the sink gave back a line that is no journal entry; run verify on it')
  return entry as Entry<R>
}
