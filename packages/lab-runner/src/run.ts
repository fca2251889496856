/**
 * Runs a lab: its suite against the student's files, TypeScript beside it, and a report of both. The verdicts are data;
 * it prints nothing.
 */
import path from 'node:path'
import { withoutSrc, type Lab } from './catalog.ts'
import { makeReport, type Report } from './report.ts'
import { openSession, type Subject } from './session.ts'
import { openSources } from './source.ts'
import { checkTypes, typeProblems, type TypeError } from './types.ts'

export type RunOptions = {
  /** Default: the manifest's. */
  readonly seed?: number
  /** Runs the tests of this step only. */
  readonly step?: string
  /** Ends the run; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** A lab kept warm, so that a second run costs a fraction of the first. */
export type LabRun = {
  run(options?: { step?: string; changed?: readonly string[] }): Promise<Report>
  close(): Promise<void>
}

/**
 * Runs a lab once.
 *
 * @example (await runLab(openLab(findLab(kitDir, '1')))).points // { earned: 4, possible: 20 }
 */
export async function runLab(lab: Lab, { step, ...options }: RunOptions = {}): Promise<Report> {
  const warm = await openRun(lab, options)
  try {
    return await warm.run(step === undefined ? {} : { step })
  } finally {
    await warm.close()
  }
}

export async function openRun(
  lab: Lab,
  { seed = lab.manifest.seed, signal }: { seed?: number; signal?: AbortSignal } = {},
): Promise<LabRun> {
  const subject = workSubject(lab, seed)
  const firstTypes = startTypeCheck(lab, signal) // before vitest is even imported: the two overlap
  const session = await openSession([subject], { root: lab.dir })
  let types: Promise<TypeError[]> | undefined = firstTypes
  return {
    async run(what = {}) {
      types ??= startTypeCheck(lab, signal)
      const [outcomes, errors] = await orAborted(Promise.all([session.run(what), types]), signal)
      types = undefined
      const sources = openSources(subject, lab.kitDir)
      const outcome = outcomes.get(subject.name) ?? { tests: [], broken: 'nothing ran', durationMs: 0 }
      return makeReport({ lab, seed, outcome, only: what.step, typeProblems: typeProblems(errors, sources), sources })
    },
    close: () => session.close(),
  }
}

function workSubject(lab: Lab, seed: number): Subject {
  return {
    name: `lab-${lab.slug}`,
    workDir: path.join(lab.dir, 'src'),
    files: lab.manifest.edits.map(withoutSrc),
    specFiles: lab.manifest.spec.map((file) => path.join(lab.dir, file)),
    seed,
    scenario: lab.manifest.scenario,
  }
}

/** An interrupted run is not waited for: its process ends itself when this one is gone. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  return Promise.race([work, aborted])
}

function startTypeCheck(lab: Lab, signal: AbortSignal | undefined): Promise<TypeError[]> {
  return checkTypes({
    ...(signal === undefined ? {} : { signal }),
    tsconfig: path.join(lab.dir, 'tsconfig.json'),
    cacheFile: path.join(lab.kitDir, 'node_modules', '.cache', 'mcp-lab', `${lab.slug}.tsbuildinfo`),
    within: path.join(lab.dir, 'src'),
  })
}
