/**
 * Reads `kubectl-real.jsonl`: a first line that tells how it was made, then one step a line, in groups by feature.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'

export type Compare = 'exact' | 'normalized' | 'yaml' | 'json' | 'sorted' | 'lastline' | 'rc'
export type Recorded = { readonly rc: number; readonly out?: string; readonly err?: string }
export type Files = Readonly<Record<string, string>>

/** One command and what a real cluster answered, already normalized. */
export type Step = {
  readonly id: string
  readonly feature: string
  readonly ns: string
  readonly args: readonly string[]
  readonly cmd: string
  readonly env?: Readonly<Record<string, string>>
  readonly compare: Compare
  readonly needs: readonly string[]
  readonly files?: Files
  readonly setup?: readonly (readonly string[])[]
  readonly real: Recorded
  readonly stable: boolean
}

/** Steps of one feature: they share a namespace and a folder, and run in order. */
export type Group = {
  readonly feature: string
  readonly ns: string
  readonly setup: readonly (readonly string[])[]
  readonly steps: readonly Step[]
}

export type Goldens = {
  readonly norm: readonly (readonly [pattern: string, flags: string, replacement: string])[]
  readonly groups: readonly Group[]
}

export function readGoldens(): Goldens {
  const lines = readFileSync(path.join(import.meta.dirname, 'kubectl-real.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
  const [meta, ...steps] = lines.map((line) => JSON.parse(line) as unknown)
  const { norm } = meta as Pick<Goldens, 'norm'>
  const features = Map.groupBy(steps as Step[], ({ feature }) => feature)
  return { norm, groups: [...features.values()].map((steps) => group(steps)) }
}

function group(steps: readonly Step[]): Group {
  const { feature, ns, setup = [] } = steps[0]!
  return { feature, ns, setup, steps }
}
