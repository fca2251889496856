import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { memoryApprovals, type Approval, type ApprovalStore } from '../approvals/approval.ts'
import { approvalFolder } from './approval-folder.ts'

const AT = '2026-01-01T00:00:00.000Z'
const later = (hours: number) => new Date(Date.parse(AT) + hours * 3_600_000)
const folder = () => path.join(mkdtempSync(path.join(os.tmpdir(), 'approvals-')), 'ü folder')

const approval = (id: string, requestedAt = AT): Approval => ({
  id: id.repeat(32).slice(0, 32),
  tool: 'kubernetes_delete',
  digest: 'd',
  argumentsDigest: 'a',
  requester: { user: 'adam' },
  summary: 'delete pod shop/web',
  changes: ['- pod shop/web'],
  reasons: [],
  requestedAt,
  expiresAt: later(1).toISOString(),
})

const STORES: readonly [string, () => ApprovalStore][] = [
  ['in memory', memoryApprovals],
  ['in a folder', () => approvalFolder(folder(), () => later(0))],
]

describe.each(STORES)('approvals %s', (_where, open) => {
  test('are kept in the order in which they were asked for', () => {
    const store = open()
    const [first, second] = [approval('b'), approval('a', later(0.1).toISOString())]

    store.add(first)
    store.add(second)

    expect(store.all()).toEqual([first, second])
  })

  test('are decided once, and used once', () => {
    const store = open()
    store.add(approval('a'))
    const { id } = approval('a')
    const decision = { verdict: 'accepted', by: 'olga', at: AT } as const

    expect(store.decide(id, decision)).toBe(true)
    expect(store.decide(id, { ...decision, verdict: 'denied' })).toBe(false)
    expect(store.use(id, AT)).toBe(true)
    expect(store.use(id, AT)).toBe(false)
    expect(store.all()).toEqual([{ ...approval('a'), decision, usedAt: AT }])
  })

  test.each(['f'.repeat(32), '../../etc/passwd', ''])('that are not there cannot be decided: %j', (id) => {
    expect(open().decide(id, { verdict: 'accepted', by: 'olga', at: AT })).toBe(false)
  })
})

test('approvals in memory are forgotten, the oldest first', () => {
  const store = memoryApprovals()

  for (let n = 0; n < 3_000; n++) store.add({ ...approval('a'), id: String(n) })

  expect(store.all().length).toBeLessThanOrEqual(1_000)
  expect(store.all().at(-1)?.id).toBe('2999')
})

describe('approvals in a folder', () => {
  test('are the same for another process', () => {
    const place = folder()
    approvalFolder(place, () => later(0)).add(approval('a'))

    expect(approvalFolder(place, () => later(0)).all()).toEqual([approval('a')])
  })

  test('are not accepted by half a file', () => {
    const place = folder()
    const store = approvalFolder(place, () => later(0))
    store.add(approval('a'))
    writeFileSync(path.join(place, `${approval('a').id}.decided.json`), '{"verdict":"accepted"')

    expect(store.all()).toEqual([approval('a')])
  })

  test('go a day after they expired', () => {
    const place = folder()
    approvalFolder(place, () => later(0)).add(approval('a'))

    approvalFolder(place, () => later(26)).add(approval('b'))

    expect(readdirSync(place)).toEqual([`${approval('b').id}.asked.json`])
  })
})
