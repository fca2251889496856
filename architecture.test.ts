/**
 * Holds the import direction: who may import whom is the table below, and nothing else.
 *
 * Code of a package imports lower floors only, and of another package only its face. Tests of a package may reach any
 * lower floor. A lab's spec imports the lab fixture alone; students' code imports the public faces it is taught with.
 */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const root = import.meta.dirname

/** For each place, the kit's packages its code may import. Floors from low to high; see ARCHITECTURE.md. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'packages/rbac': [],
  'packages/sanitizer': [],
  'packages/journal': [],
  'packages/prometheus': [],
  'packages/fake-kubectl': ['rbac', 'prometheus'],
  'packages/mcp-server': ['rbac', 'sanitizer', 'journal'],
  'packages/testbed': ['rbac', 'sanitizer', 'journal', 'fake-kubectl', 'fake-kubectl/kubectl', 'mcp-server'],
  'packages/lab-runner': ['testbed', 'journal'],
  'labs/*/src': ['mcp-server', 'rbac'],
  'labs/*/starter': ['mcp-server', 'rbac'],
  'labs/*/spec': ['lab-runner/lab'],
  'solutions/*/src': ['mcp-server', 'rbac'],
  'solutions/*/alternatives': ['mcp-server', 'rbac'],
  'solutions/*/hidden': ['lab-runner/lab'],
}

/** Floors, for the wider right of a package's tests: any floor below its own. */
const FLOORS = [
  ['rbac', 'sanitizer', 'journal', 'prometheus'],
  ['fake-kubectl'],
  ['mcp-server'],
  ['testbed'],
  ['lab-runner'],
]

describe('the import direction', () => {
  for (const place of Object.keys(MAY_IMPORT)) {
    test(`of ${place} points downwards`, () => {
      const breaches = filesIn(place).flatMap((file) => breachesOf(place, file))

      expect(breaches).toEqual([])
    })
  }

  test('covers every package', () => {
    const packages = globSync('packages/*/package.json', { cwd: root }).map((file) => posix(path.dirname(file)))

    expect(Object.keys(MAY_IMPORT)).toEqual(expect.arrayContaining(packages))
  })

  test('sees an import that points upwards', () => {
    expect(breachesIn('packages/rbac', 'x.ts', "import { listen } from '@mcp-lab/fake-kubectl'")).toEqual([
      'x.ts imports @mcp-lab/fake-kubectl, but packages/rbac may import nothing of the kit',
    ])
  })

  test('sees an import past the face of a package', () => {
    expect(breachesIn('packages/testbed', 'x.ts', "await import('@mcp-lab/rbac/src/match.ts')")).toHaveLength(1)
  })
})

function filesIn(place: string): string[] {
  const sources = place.startsWith('packages/') ? ['src', 'test'] : ['.']
  return sources.flatMap((folder) => globSync(`${place}/${folder}/**/*.ts`, { cwd: root })).map(posix)
}

function breachesOf(place: string, file: string): string[] {
  return breachesIn(place, file, readFileSync(path.join(root, file), 'utf8'))
}

function breachesIn(place: string, file: string, source: string): string[] {
  const allowed = isTest(file) ? floorsBelow(place) : (MAY_IMPORT[place] ?? [])
  return kitImports(source)
    .filter((imported) => !allowed.includes(imported) && `packages/${imported.split('/')[0]}` !== place)
    .map((imported) => `${file} imports @mcp-lab/${imported}, but ${place} may import ${named(allowed)}`)
}

function kitImports(source: string): string[] {
  const specifiers = source.matchAll(/(?:from|import)\s*\(?\s*['"]@mcp-lab\/([^'"]+)['"]/g)
  return [...specifiers].map((match) => match[1] ?? '')
}

function isTest(file: string): boolean {
  return file.startsWith('packages/') && (file.endsWith('.test.ts') || file.split('/')[2] === 'test')
}

function floorsBelow(place: string): readonly string[] {
  const own = FLOORS.findIndex((floor) => floor.includes(place.replace('packages/', '')))
  return FLOORS.slice(0, own).flat()
}

function named(allowed: readonly string[]): string {
  return allowed.length === 0 ? 'nothing of the kit' : allowed.map((name) => `@mcp-lab/${name}`).join(', ')
}

function posix(file: string): string {
  return file.replaceAll(path.sep, '/')
}
