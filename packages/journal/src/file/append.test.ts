import { spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { openJournal, verifyFile } from './append.ts'
import { JournalError } from './journal-error.ts'

const now = () => new Date('2026-01-01T00:00:00Z')
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal ü '))
  file = join(folder, 'logs', 'audit.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(...records: unknown[]) {
  const journal = openJournal(file, { now })
  for (const record of records) journal.append(record)
  journal.close()
  return journal.head
}

test('continues the chain of an earlier process', () => {
  write('a', 'b')

  const head = write('c')

  expect(head.length).toBe(3)
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4)
  expect(verifyFile(file, head)).toEqual({ kind: 'intact', head })
})

test.skipIf(process.platform === 'win32')('is readable by its owner alone', () => {
  write('a')

  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('appends with fsync too', () => {
  const journal = openJournal(file, { now, fsync: true })

  journal.append('a')
  journal.close()

  expect(verifyFile(file)).toMatchObject({ kind: 'intact', head: { length: 1 } })
})

describe('a torn tail', () => {
  test('is cut and reported when the journal is opened', () => {
    write('a', 'b')
    const size = statSync(file).size
    appendFileSync(file, '{"hash":"12')
    const heard: unknown[] = []

    const journal = openJournal(file, { now, onRepair: (repair) => heard.push(repair) })

    expect(journal.repaired).toEqual({ cutBytes: 11, line: 3 })
    expect(heard).toEqual([journal.repaired])
    expect(statSync(file).size).toBe(size)
    expect(journal.append('c').seq).toBe(3)
    journal.close()
  })

  test('is found, and left alone, by verifyFile', () => {
    write('a', 'b')
    truncateSync(file, statSync(file).size - 5)

    expect(verifyFile(file)).toMatchObject({ kind: 'broken', fault: 'unreadable', line: 2 })
    expect(verifyFile(file)).toMatchObject({ line: 2 })
  })

  test('is cut even when only its newline is missing, since that row was not acknowledged', () => {
    write('a', 'b')
    truncateSync(file, statSync(file).size - 1)

    const journal = openJournal(file, { now })

    expect(journal.entries.map(({ record }) => record)).toEqual(['a'])
    journal.close()
  })
})

describe('refuses', () => {
  test('to continue a broken chain, and leaves the file as it is', () => {
    write('a', 'b')
    const edited = readFileSync(file, 'utf8').replace('"a"', '"x"')
    writeFileSync(file, `${edited}torn`)

    expect(() => openJournal(file, { now })).toThrow(/audit\.jsonl: line 1: .*Move the file aside/)
    expect(readFileSync(file, 'utf8')).toBe(`${edited}torn`)
  })

  test('to append behind another writer', () => {
    const journal = openJournal(file, { now })
    journal.append('a')
    write('b')

    expect(() => journal.append('c')).toThrow(/somebody else wrote to it/)
    expect(verifyFile(file)).toMatchObject({ kind: 'intact', head: { length: 2 } })
    journal.close()
  })

  test('to append when it is closed', () => {
    const journal = openJournal(file, { now })
    journal.close()

    expect(() => journal.append('a')).toThrow(/is closed/)
  })

  test.skipIf(process.platform === 'win32')('a path that is a folder, or lies under a file', () => {
    write('a')

    expect(() => openJournal(folder, { now })).toThrow(JournalError)
    expect(() => openJournal(join(file, 'x'), { now })).toThrow(JournalError)
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a file it may not write', () => {
    write('a')
    chmodSync(file, 0o400)

    expect(() => openJournal(file, { now })).toThrow(/name a file you may write/)
  })
})

describe('a journal that grows', () => {
  /** Some hundred bytes a row: three files and a half. */
  function grown(rows = 7): ReturnType<typeof openJournal<number>> {
    const journal = openJournal<number>(file, { now, maxBytes: 500 })
    for (let row = 0; row < rows; row++) journal.append(row)
    journal.close()
    return journal
  }
  const segment = (n: number): string => file.replace('.jsonl', `.${n}.jsonl`)

  test('goes on in a new file, and is one chain', () => {
    const journal = grown()

    expect(existsSync(segment(1)) && existsSync(segment(2))).toBe(true)
    for (const part of [segment(1), segment(2), file]) expect(statSync(part).size).toBeLessThanOrEqual(500)
    expect(journal.entries.map(({ record }) => record)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(verifyFile(file, journal.head)).toEqual({ kind: 'intact', head: journal.head })
  })

  test('is continued by a later process, also when the last file was just set aside', () => {
    const { head } = grown()
    renameSync(file, segment(9))

    const journal = openJournal<string>(file, { now, maxBytes: 500 })

    expect(journal.append('next').seq).toBe(head.length + 1)
    journal.close()
    expect(verifyFile(file)).toMatchObject({ kind: 'intact', head: { length: head.length + 1 } })
  })

  test('misses a file that is taken away, or edited', () => {
    grown()
    const second = readFileSync(segment(2), 'utf8')
    rmSync(segment(2))
    expect(verifyFile(file)).toMatchObject({ kind: 'broken', fault: 'unlinked' })
    expect(() => openJournal(file, { now })).toThrow(/one is missing, added or moved/)

    writeFileSync(segment(2), second.replace('"record":2', '"record":9'))
    expect(verifyFile(file)).toMatchObject({ kind: 'broken', fault: 'altered', line: 3 })
  })

  test('knows its own files from others', () => {
    grown()
    writeFileSync(file.replace('.jsonl', '.old.jsonl'), 'nonsense')
    writeFileSync(file.replace('audit', 'audit-2'), 'nonsense')

    expect(verifyFile(file)).toMatchObject({ kind: 'intact' })
  })
})

const ACKNOWLEDGED = 50

test('every acknowledged row survives kill -9', async () => {
  const acknowledged = await appendUntilKilled()

  const journal = openJournal<number>(file, { now })
  const kept = journal.entries.map(({ record }) => record)
  journal.close()

  expect(acknowledged.length).toBeGreaterThanOrEqual(ACKNOWLEDGED)
  expect(kept).toEqual(expect.arrayContaining(acknowledged))
  expect(verifyFile(file)).toMatchObject({ kind: 'intact' })
})

/** A child appends numbers and prints each one when append has returned; it is killed in the middle of that. */
async function appendUntilKilled(): Promise<number[]> {
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('./append.ts', import.meta.url).href)}
    import { writeSync } from 'node:fs'
    const journal = openJournal(${JSON.stringify(file)}, { now: () => new Date(0) })
    for (let row = 0; ; row++) { journal.append(row); writeSync(1, row + '\\n') }
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const rows: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    rows.push(Number(line))
    if (rows.length === ACKNOWLEDGED) child.kill('SIGKILL')
  }
  return rows
}
