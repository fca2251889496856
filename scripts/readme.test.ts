/**
 * The README's promise: two commands, in the form every newcomer can type.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

test('the README has exactly the two commands', () => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8')

  const commands = /^```sh setup\n([\s\S]*?)^```/m.exec(readme)?.[1]?.trim().split('\n')

  expect(commands).toEqual(['npm run lab 1', 'npm test'])
})

test('every link of the root documents leads to a file', () => {
  const documents = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    ...globSync('{packages,labs}/*/README.md', { cwd: root }),
  ]

  const broken = documents.flatMap((document) =>
    [...readFileSync(path.join(root, document), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)]
      .map((link) => path.join(path.dirname(document), link[1] ?? ''))
      .filter((target) => !existsSync(path.join(root, target)))
      .map((target) => `${document} links to ${target}`),
  )

  expect(broken).toEqual([])
})
