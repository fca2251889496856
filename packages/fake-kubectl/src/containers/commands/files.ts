/**
 * The commands on files, by name.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { say, type Command } from '../process.ts'
import { baseOf } from '../tree.ts'
import { cp, ln, mkdir, mv, readlink, rm, touch } from './change.ts'
import { chmod } from './chmod.ts'
import { df, du } from './disk.ts'
import { find } from './find.ts'
import { ls, stat } from './list.ts'
import { each } from './operands.ts'
import { options } from './options.ts'

export const FILE_COMMANDS: Readonly<Record<string, Command>> = {
  basename: (process) => say(process, baseName(process.argv[1] ?? '').replace(suffixOf(process.argv[2]), '')),
  chmod,
  cp,
  df,
  dirname: (process) => say(process, directoryName(process.argv[1] ?? '')),
  du,
  find,
  ln,
  ls,
  mkdir,
  mv,
  readlink,
  rm,
  rmdir: (process) =>
    each(process, options(process.argv, 'p').operands, 'failed to remove', (path, { files }) => files.remove(path)),
  stat,
  touch,
}

function baseName(path: string): string {
  return baseOf(`/${path.replace(/\/+$/, '')}`)
}

function suffixOf(suffix = ''): RegExp {
  return new RegExp(`${suffix.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`)
}

function directoryName(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/')
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at)
}
