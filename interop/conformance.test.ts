/**
 * The official conformance suite of MCP, both revisions, against our whole chain: every server scenario that the suite
 * scores passes. What it runs and does not score (extensions, what is pending) does not count, either way.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const SERVER = path.resolve(import.meta.dirname, '../packages/mcp-server/test/conformance/server.ts')
const SUITE = path.join(import.meta.dirname, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')

/** How many the suite scores, frozen with each revision. */
const REVISIONS = [
  { revision: '2025-11-25', scored: 30 },
  { revision: '2026-07-28', scored: 37 },
]

let server: ChildProcess
let url: string

beforeAll(async () => {
  const child = spawn(process.execPath, [SERVER], { stdio: ['pipe', 'pipe', 'ignore'] })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  server = child
  url = chunk.toString().trim()
})
afterAll(() => void server.stdin?.end())

describe.each(REVISIONS)('$revision', ({ revision, scored }) => {
  test(`all ${scored} scored server scenarios pass`, async () => {
    const names = serverScenarios((await suite('list', '--requirements', revision)).stdout)
    const { code, stdout } = await suite('server', '--url', url, '--requirements', revision)

    expect(names).toHaveLength(scored)
    const failed = names.filter((name) => !new RegExp(`^✓ ${name}: [1-9]`, 'm').test(stdout))
    expect(failed, stdout).toEqual([])
    expect(code).toBe(0)
  })
})

function serverScenarios(list: string): string[] {
  const [, part = ''] = /^Server scenarios[^\n]*\n([^]*?)\n\n/m.exec(list) ?? []
  return part.split('\n').map((line) => line.trim().replace(/^- /, ''))
}

async function suite(...args: string[]): Promise<{ code: number; stdout: string }> {
  const options = { cwd: import.meta.dirname, maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: '1' } }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [SUITE, ...args], options)
    return { code: 0, stdout }
  } catch (fault) {
    const { code, stdout } = fault as { code: number; stdout: string }
    return { code, stdout }
  }
}
