/**
 * The versions of the student's part that the gate judges by the one spec: starter, solution, alternatives and mutants.
 * An alternative or a mutant holds only what differs from the solution; it is laid over a copy of it, in a folder below
 * the lab (so that imports resolve as they do for a student) that is removed afterwards.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Lab } from '../catalog.ts'
import { UserError } from '../user-error.ts'
import { filesUnder } from './folder.ts'

export type Variant = {
  readonly kind: 'starter' | 'solution' | 'alternative' | 'mutant'
  readonly name: string
  readonly workDir: string
  /** A mutant's: the step that teaches the idea it breaks, and words of the message that name the idea. */
  readonly breaks?: { readonly step: string; readonly idea: string }
}

const Breaks = z.object({ 'caught-by': z.string().min(1), idea: z.string().min(1) })

/** Lays the variants out and answers them with a way to clean up. */
export function layOutVariants(lab: Lab): { variants: Variant[]; cleanUp(): void } {
  const scratch = path.join(lab.dir, '.mcp-lab', `verify-${process.pid}`)
  const starter: Variant = { kind: 'starter', name: 'starter', workDir: path.join(lab.dir, 'starter') }
  const cleanUp = (): void => rmSync(scratch, { recursive: true, force: true })
  const { solutionDir } = lab
  if (solutionDir === undefined) return { variants: [starter], cleanUp }
  const solution: Variant = { kind: 'solution', name: 'solution', workDir: path.join(solutionDir, 'src') }
  const overlays = [
    ...foldersIn(path.join(solutionDir, 'alternatives')).map((dir) => overlay('alternative', dir, solution, scratch)),
    ...foldersIn(path.join(solutionDir, 'mutants')).map((dir) => overlay('mutant', dir, solution, scratch)),
  ]
  return { variants: [starter, solution, ...overlays], cleanUp }
}

function overlay(kind: 'alternative' | 'mutant', dir: string, solution: Variant, scratch: string): Variant {
  const workDir = path.join(scratch, `${kind}-${path.basename(dir)}`)
  mkdirSync(workDir, { recursive: true })
  cpSync(solution.workDir, workDir, { recursive: true })
  cpSync(dir, workDir, { recursive: true, filter: (file) => path.basename(file) !== 'mutant.yaml' })
  const variant = { kind, name: path.basename(dir), workDir }
  return kind === 'mutant' ? { ...variant, breaks: readBreaks(dir) } : variant
}

/** From `mutant.yaml`, or from `// caught-by:` and `// idea:` in the comment at the head of a file. */
function readBreaks(dir: string): { step: string; idea: string } {
  const card = path.join(dir, 'mutant.yaml')
  const parsed = Breaks.safeParse(existsSync(card) ? parse(readFileSync(card, 'utf8')) : headComment(dir))
  if (!parsed.success) {
    throw new UserError(`The mutant ${dir} does not say what it breaks; expected \`caught-by\` and \`idea\`.`, {
      next: 'Write them in its mutant.yaml, or as "// caught-by: STEP" and "// idea: WORDS" at the head of its file.',
    })
  }
  return { step: parsed.data['caught-by'], idea: parsed.data.idea }
}

function headComment(dir: string): Record<string, string> {
  const heads = filesUnder(dir).map((file) =>
    readFileSync(path.join(dir, file), 'utf8').split('\n').slice(0, 20).join('\n'),
  )
  const found = heads.flatMap((head) => [...head.matchAll(/^\s*(?:\/\/|\*)\s*(caught-by|idea):\s*(.+?)\s*$/gm)])
  return Object.fromEntries(found.map(([, key = '', value = '']) => [key, value]))
}

function foldersIn(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(dir, entry.name))
}
