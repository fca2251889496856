/** Holds SCOPE.md to the truth: every simulated behaviour names a test that is there. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = new URL('../', import.meta.url)
const [simulated = ''] = readFileSync(new URL('SCOPE.md', ROOT), 'utf8').split('## Not simulated')

const tests = new Map(
  ['src', 'test'].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => [basename(file, '.test.ts'), readFileSync(new URL(`${folder}/${file}`, ROOT), 'utf8')] as const),
  ),
)

const rows = simulated
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| id '))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test.each(rows.map(([, id, , , proof]) => ({ id: id!, proof: proof! })))('$id is proved by a test', ({ proof }) => {
  const [file = '', title = ''] = proof.split(/: (.*)/s)

  expect(tests.get(file), `no test file ${file}.test.ts`).toBeDefined()
  expect(tests.get(file)).toContain(title)
})

test('every id stands once', () => {
  const ids = rows.map(([, id]) => id)

  expect(ids.length).toBeGreaterThan(40)
  expect(new Set(ids).size).toBe(ids.length)
})
