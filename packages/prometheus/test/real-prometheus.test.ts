/**
 * The same queries on the same samples, put to a real Prometheus. Debian has one: `apt install prometheus`. Where there is
 * none, these tests are skipped and say so; where there is one, they run.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NAME } from '../src/index.ts'
import { ask, COUNT, createWorld, NOW_MS, START_MS, STEP_MS, WORLD, type Answer } from './kit.ts'
import { QUERIES } from './queries.ts'

const isInstalled = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0)
if (!isInstalled)
  console.warn('No prometheus on the PATH (apt install prometheus): PromQL is not compared with the real one.')

describe.skipIf(!isInstalled)('beside a real Prometheus', () => {
  const ours = createWorld()
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mcp-lab-prometheus-'))
  let server: ChildProcess
  let url = ''

  beforeAll(async () => {
    writeFileSync(path.join(folder, 'samples.om'), openMetrics())
    writeFileSync(path.join(folder, 'prometheus.yml'), '')
    const data = path.join(folder, 'data')
    const made = spawnSync('promtool', [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      path.join(folder, 'samples.om'),
      data,
    ])
    if (made.status !== 0) throw new Error(String(made.stderr))
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    server = spawn('prometheus', [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ])
    await ready(url)
  })

  afterAll(() => {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  for (const query of QUERIES) {
    test(`now: ${query}`, async () => {
      const parameters = { query, time: String(NOW_MS / 1000) }

      expect(comparable(await ask(ours, 'query', parameters))).toEqual(comparable(await theirs('query', parameters)))
    })

    test(`in steps: ${query}`, async () => {
      const parameters = { query, start: String(NOW_MS / 1000 - 1800), end: String(NOW_MS / 1000), step: '113' }

      expect(comparable(await ask(ours, 'query_range', parameters))).toEqual(
        comparable(await theirs('query_range', parameters)),
      )
    })
  }

  async function theirs(kind: string, parameters: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${url}/api/v1/${kind}?${new URLSearchParams(parameters).toString()}`)
    return (await response.json()) as Answer
  }
})

/** Numbers to nine digits; rows in one order, but for sorting functions; of an error only its kind. */
function comparable({ status, data, errorType }: Answer): unknown {
  if (!data) return { status, errorType }
  const text = JSON.stringify(data.result, (_, value: unknown) =>
    isNumber(value) ? Number(Number(value).toPrecision(9)) : value,
  )
  const rows = JSON.parse(text) as unknown[]
  if (data.resultType !== 'vector' && data.resultType !== 'matrix') return { ...data, result: rows }
  return { ...data, result: rows.map((row) => sorted(row as { metric: Record<string, string> })).sort() }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?[\d.]+$/.test(value))
}

function sorted({ metric, ...rest }: { metric: Record<string, string> }): string {
  return JSON.stringify([Object.entries(metric).sort(), rest])
}

function openMetrics(): string {
  const names = [...new Set(WORLD.map(({ labels }) => labels[NAME]!))]
  const text = names.map((name) => {
    const series = WORLD.filter(({ labels }) => labels[NAME] === name)
    const lines = series.flatMap(({ labels, value }) => {
      const pairs = Object.entries(labels).filter(([label]) => label !== NAME)
      const own = `${name}{${pairs.map(([label, it]) => `${label}="${it}"`).join(',')}}`
      return Array.from({ length: COUNT + 1 }, (_, i) => {
        const it = value(i)
        return it === undefined ? '' : `${own} ${it} ${(START_MS + i * STEP_MS) / 1000}\n`
      })
    })
    return `# TYPE ${name} unknown\n${lines.join('')}`
  })
  return `${text.join('')}# EOF\n`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const isUp = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    )
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('prometheus did not get ready within a minute')
}
