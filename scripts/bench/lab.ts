/**
 * What a lab's run costs a student who waits for it, against a bare `vitest run` of the same suite.
 */
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { race, row, type Benchmark, type Contender, type Row } from './measure.ts'

const LAB = 'labs/01-disk-usage'
const LAB_CLI = path.join('packages', 'lab-runner', 'src', 'cli', 'main.ts')
const TARGET_RATIO = 1.15

export const benchmark: Benchmark = {
  about: 'lab 1, warm, over a bare vitest run of its suite',
  async run({ root, runs }) {
    const boot = path.join('scripts', 'boot.mjs')
    const rows = await race(
      [
        {
          what: 'vitest run',
          command: [process.execPath, path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', LAB],
        },
        { what: 'lab 1', command: [process.execPath, boot, LAB_CLI, '1'], target: TARGET_RATIO },
        { what: 'npm run lab 1', command: ['npm', 'run', 'lab', '1'] },
        ...pnpmIfThere(),
      ],
      { cwd: root, runs },
    )
    return [...rows, await watchRerun(root, { runs, peerMs: rows[0]?.medianMs ?? Number.NaN })]
  },
}

/** pnpm is not part of the kit: who has it learns what `pnpm lab 1` costs, too. */
function pnpmIfThere(): Contender[] {
  const { status } = spawnSync('pnpm', ['--version'], { shell: process.platform === 'win32' })
  if (status === 0) return [{ what: 'pnpm lab 1', command: ['pnpm', 'lab', '1'], target: TARGET_RATIO }]
  console.log('pnpm is not on the PATH; `pnpm lab 1` is not measured.')
  return []
}

/** From a save of the student's file to the next report on the terminal, in a watch that is warm. */
async function watchRerun(root: string, { runs, peerMs }: { runs: number; peerMs: number }): Promise<Row> {
  const file = path.join(root, LAB, 'src', 'disk-usage.ts')
  const pristine = readFileSync(file, 'utf8')
  const child = spawn(process.execPath, [path.join(root, LAB_CLI), 'watch', '1'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const reports = reportsOf(child.stdout)
  try {
    await reports.next()
    const times: number[] = []
    for (let run = 0; run < runs; run++) {
      const startedAtMs = performance.now()
      appendFileSync(file, `// ${run}\n`)
      await reports.next()
      times.push(performance.now() - startedAtMs)
    }
    return row('lab watch 1, after a save', times, { peerMs })
  } finally {
    child.kill('SIGINT')
    writeFileSync(file, pristine)
  }
}

/** One turn for each report that has been written whole. */
async function* reportsOf(output: AsyncIterable<Buffer>): AsyncGenerator<void> {
  let text = ''
  for await (const chunk of output) {
    text += chunk.toString('utf8')
    if (!/of \d+ points[\s\S]*What to type next|of \d+ points[\s\S]*Watching/.test(text)) continue
    text = ''
    yield
  }
}
