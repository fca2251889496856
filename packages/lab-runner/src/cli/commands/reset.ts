/**
 * `lab reset 1`: the pristine starter back in src/. The old work is moved, never deleted. It needs nothing but the
 * starter, so it mends a lab that can no longer be opened.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import type { LabRef } from '../../catalog.ts'
import { relativeTo } from '../../source.ts'
import { codeOf, UserError } from '../../user-error.ts'
import { labOf, readArgs } from '../args.ts'
import { EXIT, type Command } from '../io.ts'

export const reset: Command = {
  name: 'reset',
  usage: 'reset NUMBER',
  does: 'puts the pristine starter back; your work is kept aside',
  async run(argv, io) {
    const lab = labOf(reset, readArgs(reset, argv), io)
    const saved = resetLab(lab, io.now())
    const kept = saved === undefined ? '' : ` Your work was kept in ${relativeTo(io.kitDir, saved)}.`
    io.out(`Lab ${lab.number} is as it was at the start.${kept}\n\`lab ${lab.number}\` runs its suite.`)
    return EXIT.ok
  },
}

/** @returns where the old work lies now, or undefined when there was none to keep */
export function resetLab(lab: LabRef, now: Date): string | undefined {
  const starter = path.join(lab.dir, 'starter')
  const work = path.join(lab.dir, 'src')
  if (!existsSync(starter)) {
    throw new UserError(`labs/${lab.slug}/starter is gone, so there is nothing to reset to.`, {
      next: `\`git checkout -- labs/${lab.slug}/starter\` brings it back.`,
    })
  }
  try {
    const saved = sameFiles(work, starter) ? undefined : setAside(lab, work, now)
    if (saved !== undefined || !existsSync(work)) cpSync(starter, work, { recursive: true })
    return saved
  } catch (fault) {
    throw new UserError(`Lab ${lab.number} could not be reset (${codeOf(fault) ?? String(fault)}).`, {
      next: `Check that you may write in labs/${lab.slug} and in .mcp-lab.`,
      cause: fault,
    })
  }
}

function setAside(lab: LabRef, work: string, now: Date): string | undefined {
  if (!existsSync(work)) return undefined
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')
  const parent = path.join(lab.kitDir, '.mcp-lab', 'saved')
  mkdirSync(parent, { recursive: true })
  const saved = freeName(path.join(parent, `${lab.slug}-${stamp}`))
  renameSync(work, saved)
  return saved
}

function freeName(wanted: string): string {
  let name = wanted
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`
  return name
}

function sameFiles(a: string, b: string): boolean {
  const files = filesUnder(a)
  if (files.join('\n') !== filesUnder(b).join('\n')) return false
  return files.every((file) => readFileSync(path.join(a, file)).equals(readFileSync(path.join(b, file))))
}

function filesUnder(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .sort()
}
