import { expect, test } from 'vitest'

import { createJournal, memorySink, type Sink } from './journal.ts'

const now = () => new Date('2026-01-01T00:00:00Z')

test('numbers, dates and links its entries', () => {
  const journal = createJournal({ sink: memorySink(), now })

  const first = journal.append({ tool: 'kubernetes_get' })
  const second = journal.append({ tool: 'kubernetes_logs' })

  expect(first).toMatchObject({ seq: 1, time: '2026-01-01T00:00:00.000Z', prev: '0'.repeat(64) })
  expect(second).toMatchObject({ seq: 2, prev: first.hash, record: { tool: 'kubernetes_logs' } })
  expect(journal.entries).toEqual([first, second])
  expect(journal.head).toEqual({ length: 2, hash: second.hash })
})

test('hashes as anybody can: SHA-256 over the canonical JSON of the other fields', () => {
  const { hash } = createJournal({ sink: memorySink(), now }).append('hello')

  // printf '{"prev":"0…0","record":"hello","seq":1,"time":"2026-01-01T00:00:00.000Z"}' | sha256sum
  expect(hash).toBe('062e6435f169a15d3296660032ed4e0a35c1bba14924984a335b5d596eb565a4')
})

test('cannot be edited through what it hands out', () => {
  const sink = memorySink()
  const journal = createJournal<{ tool: string }>({ sink, now })
  const record = { tool: 'a' }

  const entry = journal.append(record)
  record.tool = 'b'
  Object.assign(entry.record, { tool: 'c' })
  Object.assign(journal.entries[0]!.record, { tool: 'd' })
  ;(sink.lines as string[]).pop()

  expect(journal.entries[0]!.record).toEqual({ tool: 'a' })
})

test('refuses what is no JSON value, and stays as it was', () => {
  const journal = createJournal<unknown>({ sink: memorySink(), now })

  expect(() => journal.append(undefined)).toThrow(TypeError)
  expect(() => journal.append(1n)).toThrow(TypeError)
  expect(journal.head.length).toBe(0)
})

test('stays as it was when the sink fails', () => {
  const memory = memorySink()
  let full = false
  const sink: Sink = {
    append(line) {
      if (full) throw new Error('disk full')
      memory.append(line)
    },
    get lines() {
      return memory.lines
    },
  }
  const journal = createJournal({ sink, now })
  journal.append('a')

  full = true
  expect(() => journal.append('b')).toThrow('disk full')
  full = false

  expect(journal.append('c').seq).toBe(2)
})
