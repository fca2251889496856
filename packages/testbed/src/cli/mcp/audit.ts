/**
 * `mcp audit verify`: is the audit log still what the server wrote?
 */
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { verifyFile, type Head, type Verdict } from '@mcp-lab/journal'
import { UserError } from '../../user-error.ts'
import { parseFlags, typed } from '../run-command.ts'
import { FOLDERS } from './folders.ts'

const HELP = `Usage: ${typed('mcp', 'audit verify [FILE…] [flags]')}
Checks the hash chain of audit logs: any row that was edited, added, moved or taken out, and a torn end.
Without FILE, all under .mcp-lab/audit. Exits with 1 when one is broken.
  --receipt LENGTH:HASH  a head you noted earlier, as this command prints it: finds rows cut from the end, too
  --json                 for machines`

const FLAGS = {
  receipt: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export function audit(argv: string[]): void {
  const { values, positionals } = parseFlags('mcp', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  const [action, ...named] = positionals
  if (action !== 'verify') throw new UserError(`Expected verify, found ${action ?? 'nothing'}.`, HELP)
  const files = named.length > 0 ? named : logs()
  if (values.receipt !== undefined && files.length !== 1)
    throw new UserError('A receipt is of one file.', `Name the file: ${typed('mcp', 'audit verify FILE --receipt …')}`)
  const receipt = receiptOf(values.receipt)
  const verdicts = files.map((file) => ({ file, ...checked(file, receipt) }))
  if (values.json) console.log(JSON.stringify(verdicts, null, 2))
  else verdicts.forEach((verdict) => console.log(textOf(verdict)))
  if (verdicts.some(({ kind }) => kind === 'broken')) process.exitCode = 1
}

function logs(): string[] {
  const folder = FOLDERS.audit
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : []
  // What was set aside is read with the file that goes on from it.
  const files = names.filter((name) => !/\.\d+\.jsonl$/.test(name))
  if (files.length > 0) return files.toSorted().map((name) => path.join(folder, name))
  throw new UserError(`There is no audit log under ${folder}.`, 'A server writes one as soon as it runs.')
}

function checked(file: string, receipt: Head | undefined): Verdict {
  if (!existsSync(file)) throw new UserError(`There is no file ${file}.`, 'Check the name.')
  return verifyFile(file, receipt)
}

function receiptOf(text: string | undefined): Head | undefined {
  if (text === undefined) return undefined
  const [, length, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? []
  if (length === undefined || hash === undefined)
    throw new UserError(`--receipt ${text}: expected LENGTH:HASH.`, 'Copy it from an earlier run of this command.')
  return { length: Number(length), hash }
}

function textOf(verdict: Verdict & { readonly file: string }): string {
  if (verdict.kind === 'broken') return `BROKEN  ${verdict.file}\n        ${verdict.message}`
  const { length, hash } = verdict.head
  return `intact  ${verdict.file}\n        ${length} rows, receipt ${length}:${hash}`
}
