/**
 * The author's gate: reads the lab's folder, checks types, runs every variant by the one spec side by side in one vitest,
 * and answers a verdict. It never looks at `src/` but to see that it is the starter.
 */
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withoutSrc, type Lab } from '../catalog.ts'
import { openSession, type Subject } from '../session.ts'
import { relativeTo } from '../source.ts'
import { checkTypes } from '../types.ts'
import { folderClaims } from './folder.ts'
import { outcomeClaims, type Judged } from './judge.ts'
import { layOutVariants, type Variant } from './variants.ts'
import { claim, type Claim, type LabVerdict } from './verdict.ts'

export type VerifyOptions = {
  /** How often the solution must pass on each seed; above 1 the tests run in random order. */
  readonly times?: number
  /** The seeds for the solution; the others run on the manifest's. */
  readonly seeds?: readonly number[]
}

/** Judges a lab as its author would have it judged. */
export async function verifyLab(lab: Lab, options: VerifyOptions = {}): Promise<LabVerdict> {
  const startedAtMs = performance.now()
  const folder = folderClaims(lab)
  const { variants, cleanUp } = layOutVariants(lab)
  try {
    const [types, judged] = await Promise.all([typeClaim(lab, variants), judgeVariants(lab, variants, options)])
    const claims = [...folder, types, ...outcomeClaims(lab.manifest, judged)]
    const holds = claims.every(({ faults }) => faults.length === 0)
    return { slug: lab.slug, holds, claims, durationMs: performance.now() - startedAtMs }
  } finally {
    cleanUp()
    removeIfEmpty(path.join(lab.dir, '.mcp-lab'))
  }
}

function removeIfEmpty(dir: string): void {
  if (existsSync(dir) && readdirSync(dir).length === 0) rmdirSync(dir)
}

type Trial = { readonly variant: Variant; readonly label: string; readonly subject: Subject }

async function judgeVariants(lab: Lab, variants: readonly Variant[], options: VerifyOptions): Promise<Judged[]> {
  const trials = variants.flatMap((variant) => trialsOf(lab, variant, options))
  const subjects = trials.map(({ subject }) => subject)
  const session = await openSession(subjects, { root: lab.dir, shuffle: (options.times ?? 1) > 1 })
  try {
    const outcomes = await session.run()
    return trials.map(({ variant, label, subject }) => {
      const outcome = outcomes.get(subject.name) ?? { tests: [], broken: 'nothing ran', durationMs: 0 }
      return { variant, label, outcome }
    })
  } finally {
    await session.close()
  }
}

function trialsOf(lab: Lab, variant: Variant, { times = 1, seeds = [lab.manifest.seed] }: VerifyOptions): Trial[] {
  const runs =
    variant.kind === 'solution'
      ? seeds.flatMap((seed) => Array.from({ length: times }, (_, time) => ({ seed, time })))
      : [{ seed: lab.manifest.seed, time: 0 }]
  return runs.map(({ seed, time }) => ({
    variant,
    label: `${variant.kind} ${variant.name}${runs.length > 1 ? ` (seed ${seed}, run ${time + 1})` : ''}`,
    subject: {
      name: `${variant.kind}-${variant.name}-${seed}-${time}`,
      workDir: variant.workDir,
      files: lab.manifest.edits.map(withoutSrc),
      specFiles: specFiles(lab, variant),
      seed,
      scenario: lab.manifest.scenario,
    },
  }))
}

/** The hidden spec judges what claims to be right; what is wrong must be caught by the spec the student sees. */
function specFiles(lab: Lab, { kind }: Variant): string[] {
  const { spec, hidden } = lab.manifest
  const visible = spec.map((file) => path.join(lab.dir, file))
  if (lab.solutionDir === undefined || kind === 'starter' || kind === 'mutant') return visible
  const { solutionDir } = lab
  return [...visible, ...hidden.map((file) => path.join(solutionDir, file))]
}

/** Starter, solution and alternatives satisfy TypeScript under the settings that the student's editor uses. */
async function typeClaim(lab: Lab, variants: readonly Variant[]): Promise<Claim> {
  const right = variants.filter(({ kind }) => kind !== 'mutant')
  const dir = path.join(lab.dir, '.mcp-lab', `types-${process.pid}`)
  const tsconfig = path.join(dir, 'tsconfig.json')
  mkdirSync(dir, { recursive: true })
  try {
    writeFileSync(
      tsconfig,
      JSON.stringify({ extends: '../../tsconfig.json', include: right.map(({ workDir }) => `${workDir}/**/*.ts`) }),
    )
    const errors = await checkTypes({ tsconfig, within: lab.kitDir })
    const ours = errors.filter(({ file }) => right.some(({ workDir }) => file.startsWith(workDir)))
    return claim(
      'starter, solution and alternatives type-check',
      ours.map(({ file, line, message }) => `${relativeTo(lab.kitDir, file)}:${line}: ${message}`),
    )
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
