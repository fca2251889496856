/**
 * `pnpm check`: types, lint, format and architecture of the kit, all of them, even when one fails.
 *
 * A lab's `src/` is the student's and is not looked at.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

const typeScript = path.join('node_modules', 'typescript', 'bin', 'tsc')
const projects = globSync(
  '{packages/*/tsconfig.test.json,labs/*/tsconfig.spec.json,solutions/*/tsconfig.json,scripts/tsconfig.json}',
  { cwd: root },
)

const checks: readonly (readonly [name: string, script: string, ...args: string[]])[] = [
  ['types of the packages', typeScript, '-b'],
  ...projects.toSorted().map((project) => [`types of ${path.dirname(project)}`, typeScript, '-p', project] as const),
  ['lint', path.join('node_modules', 'oxlint', 'bin', 'oxlint'), '--deny-warnings'],
  ['format', path.join('node_modules', 'oxfmt', 'bin', 'oxfmt'), '--check'],
  ['architecture', path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', 'architecture', '--reporter=dot'],
]

const failed = checks.filter(([name, ...command]) => !passes(name, command)).map(([name]) => name)
console.log(failed.length === 0 ? `\nAll ${checks.length} checks pass.` : `\nFailed: ${failed.join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1

function passes(name: string, command: readonly string[]): boolean {
  console.log(`· ${name}`)
  return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status === 0
}
