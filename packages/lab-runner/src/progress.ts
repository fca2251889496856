/**
 * What a student has reached, in `.mcp-lab/progress.json` of the kit. Written in one move, so a crash leaves the old file
 * or the new one. A file that cannot be read as progress is kept aside, never overwritten; a folder that cannot be written
 * costs the progress, not the run. It is a memory aid: no grade rests on it.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Report } from './report.ts'
import { codeOf } from './user-error.ts'

const LabProgress = z.object({
  runs: z.int().min(0),
  bestPoints: z.number().min(0),
  possiblePoints: z.number().min(0),
  /** The first step that was not green in the last full run; absent when all were. */
  firstRed: z.string().optional(),
  solvedAt: z.string().optional(),
  /** How many hints of a step have been shown. */
  hints: z.record(z.string(), z.int().min(0)),
})
const Progress = z.object({ format: z.literal(1), labs: z.record(z.string(), LabProgress) })

export type LabProgress = z.infer<typeof LabProgress>
export type Progress = z.infer<typeof Progress>

export type ProgressStore = {
  read(): Progress
  /** Changes one lab's progress and writes the file. */
  update(slug: string, change: (lab: LabProgress) => LabProgress): void
}

/** @param warn is told, in a sentence, when progress could not be read or kept */
export function openProgress(kitDir: string, warn: (sentence: string) => void): ProgressStore {
  const file = path.join(kitDir, '.mcp-lab', 'progress.json')
  let kept: Progress | undefined
  const read = (): Progress => (kept ??= readProgress(file, warn))
  return {
    read,
    update(slug, change) {
      const progress = read()
      kept = { ...progress, labs: { ...progress.labs, [slug]: change(progress.labs[slug] ?? untouched()) } }
      writeProgress(file, kept, warn)
    },
  }
}

/** What a run adds to a lab's progress; the run of a single step says nothing about the others. */
export function afterRun(lab: LabProgress, report: Report, at: Date): LabProgress {
  const { firstRed: _, ...before } = lab
  const firstRed = report.steps.find((step) => step.state !== 'passed')?.id
  return {
    ...before,
    runs: lab.runs + 1,
    bestPoints: Math.max(lab.bestPoints, report.points.earned),
    possiblePoints: report.points.possible,
    ...(firstRed === undefined ? {} : { firstRed }),
    ...(report.solved ? { solvedAt: lab.solvedAt ?? at.toISOString() } : {}),
  }
}

function untouched(): LabProgress {
  return { runs: 0, bestPoints: 0, possiblePoints: 0, hints: {} }
}

function readProgress(file: string, warn: (sentence: string) => void): Progress {
  try {
    return Progress.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (fault) {
    if (codeOf(fault) !== 'ENOENT') setAside(file, fault, warn)
    return { format: 1, labs: {} }
  }
}

function setAside(file: string, fault: unknown, warn: (sentence: string) => void): void {
  const aside = `${file}.unreadable-${Date.now()}`
  try {
    renameSync(file, aside)
    warn(`The progress file could not be read and was kept as ${aside}; progress starts anew.`)
  } catch {
    warn(`The progress file ${file} cannot be read (${codeOf(fault) ?? 'not valid'}); this run starts without it.`)
  }
}

function writeProgress(file: string, progress: Progress, warn: (sentence: string) => void): void {
  const next = `${file}.${process.pid}.tmp`
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(next, `${JSON.stringify(progress, undefined, 2)}\n`)
    renameSync(next, file)
  } catch (fault) {
    warn(`Progress was not saved: ${path.dirname(file)} cannot be written (${codeOf(fault) ?? String(fault)}).`)
  }
}
