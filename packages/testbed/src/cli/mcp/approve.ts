/**
 * `mcp approve`: what waits for a person's word, and giving it.
 *
 * The server that asked may be another process: they meet in a folder. Who decides is another principal than the one who
 * asked, and holds the verb `approve`; the rules are the server's own.
 */
import os from 'node:os'
import { APPROVERS, approvalFolder, createApprovals, type Approvals, type ApprovalState } from '@mcp-lab/mcp-server'
import { labPolicy, openPolicy } from '../../policy.ts'
import { UserError } from '../../user-error.ts'
import { parseFlags, typed } from '../run-command.ts'
import { FOLDERS } from './folders.ts'
import { subjectOr } from './subject.ts'

const HELP = `Usage: ${typed('mcp', 'approve list|show|accept|deny [ID] [flags]')}

  list        what waits for your word
  show ID     what would change, who asks, and why you are asked
  accept ID   let exactly that happen, once, when the one who asked repeats the call
  deny ID     say no

An ID may be cut short as long as it fits one.

  --approvals DIR  where the server keeps them (default: .mcp-lab/approvals)
  --policy FILE    who may approve (default: the group ${APPROVERS})
  --json           for machines

Who you are is MCP_LAB_USER and MCP_LAB_GROUPS (default: your account, in the group ${APPROVERS}).`

const FLAGS = {
  approvals: { type: 'string', default: FOLDERS.approvals },
  policy: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const VERDICTS = { accept: 'accepted', deny: 'denied' } as const

export function approve(argv: string[]): void {
  const { values, positionals } = parseFlags('mcp', HELP, FLAGS, argv)
  const [action = 'list', id, ...rest] = positionals
  if (values.help) return console.log(HELP)
  const subject = subjectOr({ user: os.userInfo().username, groups: [APPROVERS] })
  const policy = values.policy === undefined ? labPolicy() : openPolicy(values.policy)()
  const now = (): Date => new Date()
  const approvals = createApprovals({ store: approvalFolder(values.approvals, now), policy: () => policy, now })
  const print = values.json ? printJson : printText

  if (action === 'list' && id === undefined) return print(approvals.list(subject))
  if (rest.length > 0 || id === undefined || !['show', 'accept', 'deny'].includes(action))
    throw new UserError(`Expected list, or show, accept or deny with an ID; found ${positionals.join(' ')}.`, HELP)
  const approval = theOne(approvals, subject, id)
  if (action === 'show') return print([approval])
  const verdict = VERDICTS[action as keyof typeof VERDICTS]
  print([decided(() => approvals.decide(subject, approval.id, verdict))])
}

function theOne(approvals: Approvals, subject: Parameters<Approvals['list']>[0], start: string): ApprovalState {
  const all = approvals.list(subject)
  const found = all.filter(({ id }) => id.startsWith(start))
  if (found.length === 1) return found[0]!
  const why = found.length === 0 ? 'No approval of this ID waits' : 'More than one approval of this ID waits'
  throw new UserError(
    `${why} for ${subject.user}: ${start}.`,
    all.length === 0
      ? 'Nothing waits for your word: it may have expired, or you are the one who asked.'
      : `What waits: ${all.map(({ id }) => id).join(', ')}`,
  )
}

function decided(decide: () => ApprovalState): ApprovalState {
  try {
    return decide()
  } catch (fault) {
    throw new UserError(
      `Not decided: ${(fault as Error).message}.`,
      `See what waits with: ${typed('mcp', 'approve list')}`,
    )
  }
}

function printJson(approvals: readonly ApprovalState[]): void {
  console.log(JSON.stringify(approvals, null, 2))
}

function printText(approvals: readonly ApprovalState[]): void {
  console.log(approvals.length === 0 ? 'Nothing waits for your word.' : approvals.map(textOf).join('\n\n'))
}

function textOf({ id, requester, tool, summary, changes, reasons, expiresAt, decision }: ApprovalState): string {
  const who = requester.actor === undefined ? requester.user : `${requester.actor}, for ${requester.user},`
  return [
    id,
    `  ${who} asks to ${summary} (${tool})`,
    ...changes.map((line) => `    ${line}`),
    ...(reasons.length > 0 ? [`  asked because ${reasons.join('; ')}`] : []),
    decision ? `  ${decision.verdict} by ${decision.by} at ${decision.at}` : `  waits until ${expiresAt}`,
  ].join('\n')
}
