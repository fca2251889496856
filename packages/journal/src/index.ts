/** The face of the journal: an append-only, hash-chained list of records, in memory or in a JSONL file. */
export { canonicalJson } from './canonical.ts'
export { verify, type Entry, type Head, type Verdict } from './chain.ts'
export { createJournal, memorySink, type Journal, type Sink } from './journal.ts'
export { openJournal, verifyFile, type FileJournal } from './file/append.ts'
export { JournalError } from './file/journal-error.ts'
export type { Repair } from './file/repair.ts'
