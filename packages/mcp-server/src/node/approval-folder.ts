/**
 * Approvals in a folder, so that a server and the command by which a person decides can be two processes.
 *
 * Each step of an approval's life is a file that is made once and never written again, and the file system says who was
 * first. Whoever may write into the folder can say yes: it belongs to the account that the server runs under, and an agent
 * that can write files as that account is not held back by it. Where that matters, decide over HTTP.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Approval, ApprovalDecision, ApprovalState, ApprovalStore } from '../approvals/approval.ts'

const ID = /^[0-9a-f]{32}$/
const OWNER_ONLY = 0o600
const KEPT_MS = 24 * 3_600_000 // after they expired, for people who look back

/** @param now for what is old enough to be removed */
export function approvalFolder(folder: string, now: () => Date): ApprovalStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fileOf = (id: string, step: Step): string => path.join(folder, `${id}.${step}.json`)
  const read = <T>(id: string, step: Step): T | undefined => parsed<T>(fileOf(id, step))

  function all(): ApprovalState[] {
    const ids = readdirSync(folder).flatMap((name) => /^([0-9a-f]{32})\.asked\.json$/.exec(name)?.[1] ?? [])
    return ids
      .flatMap((id) => stateOf(id) ?? [])
      .toSorted((a, b) => Date.parse(a.requestedAt) - Date.parse(b.requestedAt))
  }

  function stateOf(id: string): ApprovalState | undefined {
    const approval = read<Approval>(id, 'asked')
    if (approval === undefined) return undefined
    const decision = read<ApprovalDecision>(id, 'decided')
    const used = read<{ at: string }>(id, 'used')
    return { ...approval, ...(decision && { decision }), ...(used && { usedAt: used.at }) }
  }

  function forget({ id, expiresAt }: ApprovalState): void {
    if (Date.parse(expiresAt) + KEPT_MS > now().getTime()) return
    for (const step of STEPS) rmSync(fileOf(id, step), { force: true })
  }

  return {
    all,
    add(approval) {
      all().forEach(forget)
      if (!ID.test(approval.id) || !made(fileOf(approval.id, 'asked'), approval))
        throw new TypeError(`approval ${approval.id}: expected a new id of 32 hex digits`)
    },
    decide: (id, decision) => ID.test(id) && stateOf(id) !== undefined && made(fileOf(id, 'decided'), decision),
    use: (id, at) => ID.test(id) && stateOf(id) !== undefined && made(fileOf(id, 'used'), { at }),
  }
}

const STEPS = ['used', 'decided', 'asked'] as const
type Step = (typeof STEPS)[number]

/** @returns false when somebody else made it before */
function made(file: string, value: unknown): boolean {
  try {
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { flag: 'wx', mode: OWNER_ONLY })
    return true
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw fault
  }
}

/** Undefined for what is not there, or not yet written to its end. */
function parsed<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch (fault) {
    if (fault instanceof SyntaxError || (fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fault
  }
}
