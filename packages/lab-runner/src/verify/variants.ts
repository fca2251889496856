/**
 * The versions of the student's part that the gate judges by the one spec: starter, solution, alternatives and mutants.
 * An alternative is a folder with the files that differ from the solution; a mutant is an entry of `mutants.yaml` that says
 * which text of the solution to replace. Both are laid out below the lab (so that imports resolve as they do for a student)
 * and removed afterwards.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withoutSrc, type Lab } from '../catalog.ts'
import { applyMutant, readMutants } from './mutants.ts'

export type Variant = {
  readonly kind: 'starter' | 'solution' | 'alternative' | 'mutant'
  readonly name: string
  readonly workDir: string
  /** A mutant's: the step that teaches the idea it breaks, and words of the message that name the idea. */
  readonly breaks?: { readonly step: string; readonly idea: string }
}

/** Lays the variants out and answers them with a way to clean up. */
export function layOutVariants(lab: Lab): { variants: Variant[]; cleanUp(): void } {
  const scratch = path.join(lab.dir, '.mcp-lab', `verify-${process.pid}`)
  const starter: Variant = { kind: 'starter', name: 'starter', workDir: path.join(lab.dir, 'starter') }
  const cleanUp = (): void => rmSync(scratch, { recursive: true, force: true })
  const { solutionDir } = lab
  if (solutionDir === undefined) return { variants: [starter], cleanUp }
  const solution: Variant = { kind: 'solution', name: 'solution', workDir: path.join(solutionDir, 'src') }
  const copies = [...alternatives(solutionDir, solution, scratch), ...mutants(lab, solutionDir, solution, scratch)]
  return { variants: [starter, solution, ...copies], cleanUp }
}

function alternatives(solutionDir: string, solution: Variant, scratch: string): Variant[] {
  return foldersIn(path.join(solutionDir, 'alternatives')).map((dir) => {
    const name = path.basename(dir)
    const workDir = copyOf(solution, path.join(scratch, `alternative-${name}`))
    cpSync(dir, workDir, { recursive: true })
    return { kind: 'alternative', name, workDir }
  })
}

function mutants(lab: Lab, solutionDir: string, solution: Variant, scratch: string): Variant[] {
  const [edited = ''] = lab.manifest.edits.map(withoutSrc)
  return readMutants(path.join(solutionDir, 'mutants.yaml')).map((mutant) => {
    const workDir = copyOf(solution, path.join(scratch, `mutant-${mutant.name}`))
    const file = path.join(workDir, mutant.in ?? edited)
    writeFileSync(file, applyMutant(mutant, readFileSync(file, 'utf8')))
    return { kind: 'mutant', name: mutant.name, workDir, breaks: { step: mutant['caught-by'], idea: mutant.idea } }
  })
}

function copyOf(solution: Variant, workDir: string): string {
  mkdirSync(workDir, { recursive: true })
  cpSync(solution.workDir, workDir, { recursive: true })
  return workDir
}

function foldersIn(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(dir, entry.name))
}
