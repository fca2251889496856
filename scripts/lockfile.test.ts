/**
 * The lockfile serves every platform, not only the one it was made on.
 *
 * pnpm drops an optional binary that the registry lacks without an error; the committed lockfile then breaks for whoever
 * is on that platform.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const root = path.resolve(import.meta.dirname, '..')
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']

/** The fallback Node exists for Linux alone: see docs/decisions/0001-node-baseline.md. */
const LINUX_ONLY = ['node']

const lockfile = readFileSync(path.join(root, 'pnpm-lock.yaml'), 'utf8')
const families = familiesIn(Object.keys((parse(lockfile) as { packages: object }).packages))

describe('the lockfile', () => {
  test('has native packages to look at', () => {
    expect([...families.keys()]).toEqual(expect.arrayContaining(['@oxlint/binding', '@rolldown/binding', '@turbo']))
  })

  for (const [family, platforms] of families) {
    if (LINUX_ONLY.includes(family)) continue
    test(`has ${family} for every platform`, () => {
      expect([...platforms]).toEqual(expect.arrayContaining(PLATFORMS))
    })
  }

  test('names no registry', () => {
    expect(lockfile).not.toMatch(/https?:\/\//)
  })
})

/** Native packages by family: `@rolldown/binding` → linux-x64, darwin-arm64 … */
function familiesIn(packages: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const id of packages) {
    const match = /^(@?[\w./-]*?)[-/](linux|darwin|win32|windows)-(x64|arm64|64)\b/.exec(id)
    if (match === null) continue
    const [, family = '', os = '', cpu = ''] = match
    const platform = `${os.replace('windows', 'win32')}-${cpu.replace(/^64$/, 'x64')}`
    found.set(family, (found.get(family) ?? new Set()).add(platform))
  }
  return found
}
