/**
 * `pnpm bench [NAME…]`: benchmarks as ratios to a peer in the same run, since absolute times move with the machine's load.
 *
 * Each benchmark lives in `bench/NAME.ts`. Results are printed, and appended to `.mcp-lab/bench.jsonl`.
 */
import { appendFileSync, globSync, mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Benchmark } from './bench/measure.ts'

const root = path.resolve(import.meta.dirname, '..')
const folder = path.join(import.meta.dirname, 'bench')
const known = globSync('*.ts', { cwd: folder })
  .map((file) => path.basename(file, '.ts'))
  .filter((name) => name !== 'measure')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '9' } },
})
const runs = Number(values.runs)
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  console.error(`Usage: bench [${known.join('|')}]… [--runs N]`)
  process.exit(2)
}

for (const name of positionals.length === 0 ? known : positionals) {
  const { benchmark } = (await import(`./bench/${name}.ts`)) as { benchmark: Benchmark }
  console.log(
    `\n${name}: ${benchmark.about}, median of ${runs}, Node ${process.versions.node}, ${os.availableParallelism()} cores`,
  )
  const rows = await benchmark.run({ root, runs })
  console.table(rows)
  keep({
    at: new Date().toISOString(),
    name,
    runs,
    node: process.versions.node,
    cores: os.availableParallelism(),
    rows,
  })
}

function keep(result: object): void {
  const home = path.join(root, '.mcp-lab')
  mkdirSync(home, { recursive: true })
  appendFileSync(path.join(home, 'bench.jsonl'), `${JSON.stringify(result)}\n`)
}
