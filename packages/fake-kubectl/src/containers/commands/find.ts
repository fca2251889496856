/**
 * `find`, by name, kind and depth.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { FAULTS } from '../file-system.ts'
import { absolute, complain, EXIT, Failure, print, type Process } from '../process.ts'
import { matchesGlob } from '../shell/expand.ts'
import { baseOf, type Entry } from '../tree.ts'
import { entryOf, linkKind } from './operands.ts'

export function find(process: Process): number {
  const words = process.argv.slice(1)
  const first = words.findIndex((word) => word.startsWith('-'))
  const roots = first < 0 ? words : words.slice(0, first)
  const tests = first < 0 ? [] : words.slice(first)
  const value = (name: string) => tests[tests.indexOf(name) + 1]
  for (const [i, word] of tests.entries())
    if (i % 2 === 0 && !['-name', '-type', '-maxdepth', '-print'].includes(word))
      throw new Failure(`unknown predicate '${word}'`)
  const { files } = process.container
  const wants = (entry: Entry, name: string) =>
    (!tests.includes('-name') || matchesGlob(value('-name') ?? '', name)) &&
    (!tests.includes('-type') || { f: 'file', d: 'directory', l: 'link' }[value('-type') ?? ''] === entry.kind)
  const visit = (path: string, name: string, depth: number) => {
    const entry = entryOf(files, path)
    if (wants(entry, baseOf(`/${name}`))) print(process, `${name}\n`)
    if (entry.kind !== 'directory' || (tests.includes('-maxdepth') && depth >= Number(value('-maxdepth')))) return
    for (const child of files.list(path)) visit(`${path}/${child}`, `${name === '/' ? '' : name}/${child}`, depth + 1)
  }
  let code: number = EXIT.ok
  for (const root of roots.length > 0 ? roots : ['.']) {
    if (linkKind(files, absolute(process.cwd, root))) visit(absolute(process.cwd, root), root, 0)
    else {
      complain(process, `find: '${root}': ${FAULTS.absent}`)
      code = EXIT.failure
    }
  }
  return code
}
