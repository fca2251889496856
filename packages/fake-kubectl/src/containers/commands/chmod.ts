/**
 * `chmod`: modes in octal and in letters.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import type { FileSystem } from '../file-system.ts'
import { Failure, type Process } from '../process.ts'
import { options } from './options.ts'
import { each, entryOf } from './operands.ts'

export function chmod(process: Process): number {
  const { flags, operands } = options(
    process.argv.map((word) => word.replace(/^-([rwx]+)$/, 'a-$1')),
    'R',
  )
  const [mode = '', ...paths] = operands
  const recursive = flags.has('R')
  const change = (files: FileSystem, path: string) => {
    const entry = files.stat(path)
    files.change(path, { mode: changedMode(entry.mode, mode) })
    const children = recursive && entry.kind === 'directory' ? files.list(path) : []
    for (const child of children)
      if (entryOf(files, `${path}/${child}`).kind !== 'link') change(files, `${path}/${child}`)
  }
  return each(process, paths, 'cannot access', (path, { files }) => change(files, path))
}

/** `755`, `+x`, `u+w,o-r` */
function changedMode(mode: number, text: string): number {
  if (/^[0-7]{3,4}$/.test(text)) return Number.parseInt(text, 8)
  return text.split(',').reduce((before, clause) => {
    const [, who = '', how, letters = ''] = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause) ?? []
    if (!how) throw new Failure(`invalid mode: '${text}'`)
    const rights = [...letters].reduce((sum, letter) => sum | ({ r: 4, w: 2, x: 1, X: 1 }[letter] ?? 0), 0)
    const shifts = [...'ugo']
      .filter((it) => who === '' || who.includes('a') || who.includes(it))
      .map((it) => ({ u: 6, g: 3, o: 0 })[it]!)
    const mask = shifts.reduce((sum, shift) => sum | (rights << shift), 0)
    const cleared = shifts.reduce((sum, shift) => sum | (7 << shift), 0)
    return how === '+' ? before | mask : how === '-' ? before & ~mask : (before & ~cleared) | mask
  }, mode)
}
