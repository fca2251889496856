/**
 * What benchmarks share: a row, and the timing of whole processes, interleaved so that load falls on all alike.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export type Row = {
  readonly what: string
  readonly medianMs: number
  readonly minMs: number
  readonly maxMs: number
  /** Over the benchmark's peer; the peer itself is 1. */
  readonly ratio: number
  /** What the ratio should not exceed, where there is such a number. */
  readonly target?: number
}

export type Benchmark = {
  readonly about: string
  /** Rows of a table; each benchmark has the columns that fit it. */
  run(options: { root: string; runs: number }): Promise<object[]>
}

export type Contender = {
  readonly what: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly target?: number
}

/** Times whole commands; the first contender is the peer. Each is run once before, to warm caches. */
export async function race(
  contenders: readonly Contender[],
  { cwd, runs }: { cwd: string; runs: number },
): Promise<Row[]> {
  const times = contenders.map((): number[] => [])
  for (let round = -1; round < runs; round++) {
    for (const [index, contender] of contenders.entries()) {
      const elapsedMs = await timed(contender, cwd)
      if (round >= 0) times[index]?.push(elapsedMs)
    }
  }
  const peerMs = median(times[0] ?? [])
  return contenders.map(({ what, target }, index) => row(what, times[index] ?? [], { peerMs, target }))
}

export function row(
  what: string,
  times: readonly number[],
  { peerMs, target }: { peerMs: number; target?: number | undefined },
): Row {
  const medianMs = median(times)
  return {
    what,
    medianMs: Math.round(medianMs),
    minMs: Math.round(Math.min(...times)),
    maxMs: Math.round(Math.max(...times)),
    ratio: Math.round((100 * medianMs) / peerMs) / 100,
    ...(target === undefined ? {} : { target }),
  }
}

export function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

async function timed({ command: [file = '', ...args], env }: Contender, cwd: string): Promise<number> {
  const startedAtMs = performance.now()
  const shell = process.platform === 'win32' && !file.endsWith('.exe')
  const child = spawn(file, args, { cwd, stdio: 'ignore', shell, env: { ...process.env, ...env } })
  await once(child, 'exit')
  return performance.now() - startedAtMs
}
