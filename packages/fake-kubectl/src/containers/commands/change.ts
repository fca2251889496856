/**
 * Commands that make, remove and move files.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { FAULTS, FileFault, type FileSystem } from '../file-system.ts'
import { absolute, EXIT, Failure, print, type Process } from '../process.ts'
import { baseOf, link, normalize, parentOf } from '../tree.ts'
import { options } from './options.ts'
import { each, entryOf, linkKind } from './operands.ts'

export function mkdir(process: Process): number {
  const { flags, values, operands } = options(process.argv, 'pm:v', { parents: 'p', mode: 'm' })
  const mode = Number.parseInt(values.get('m') ?? '755', 8)
  return each(process, operands, 'cannot create directory', (path, { files }) => {
    if (flags.has('p')) makeParents(files, path, mode)
    else files.makeDirectory(path, mode)
  })
}

/** @throws FileFault when something other than a directory is in the way */
export function makeParents(files: FileSystem, path: string, mode?: number): void {
  const real = normalize(path)
  if (files.isDirectory(real)) return
  makeParents(files, parentOf(real))
  files.makeDirectory(real, mode)
}

export function rm(process: Process): number {
  const { flags, operands } = options(process.argv, 'rRfiv', { recursive: 'r', force: 'f' })
  if (operands.length === 0 && flags.has('f')) return EXIT.ok
  const recursive = flags.has('r') || flags.has('R')
  return each(process, operands, 'cannot remove', (path, { files }) => {
    if (flags.has('f') && !linkKind(files, path)) return
    if (normalize(path) === '/') throw new FileFault("it is dangerous to operate recursively on '/'")
    if (!recursive && entryOf(files, path).kind === 'directory') throw new FileFault(FAULTS.isDirectory)
    removeTree(files, path)
  })
}

function removeTree(files: FileSystem, path: string): void {
  if (entryOf(files, path).kind === 'directory')
    for (const child of files.list(path)) removeTree(files, `${path}/${child}`)
  files.remove(path)
}

export function cp(process: Process): number {
  const { flags, operands } = options(process.argv, 'rRapfvT', { recursive: 'r', archive: 'a' })
  const recursive = ['r', 'R', 'a'].some((letter) => flags.has(letter))
  return toTarget(process, operands, 'cannot stat', (from, to, operand) => {
    const { files } = process.container
    if (files.isDirectory(from) && !recursive) throw new Failure(`-r not specified; omitting directory '${operand}'`)
    copyTree(files, from, to)
  })
}

export function mv(process: Process): number {
  const { operands } = options(process.argv, 'fvn')
  return toTarget(process, operands, 'cannot stat', (from, to) => {
    copyTree(process.container.files, from, to)
    removeTree(process.container.files, from)
  })
}

/** All operands but the last go to the last; into it when it is a directory. */
function toTarget(
  process: Process,
  operands: readonly string[],
  verb: string,
  act: (from: string, to: string, operand: string) => void,
): number {
  const target = operands.at(-1)
  if (target === undefined) throw new Failure('missing file operand')
  if (operands.length < 2) throw new Failure(`missing destination file operand after '${target}'`)
  const to = absolute(process.cwd, target)
  const into = process.container.files.isDirectory(to)
  if (operands.length > 2 && !into) throw new Failure(`target '${target}' is not a directory`)
  return each(process, operands.slice(0, -1), verb, (from, _, operand) =>
    act(from, into ? `${to}/${baseOf(normalize(from))}` : to, operand),
  )
}

/** What is named is followed where it is a link; links below it are copied as they are. */
function copyTree(files: FileSystem, from: string, to: string, last = true): void {
  const entry = files.stat(from, { last })
  if (entry.kind === 'link') return files.place(to, entry)
  if (entry.kind === 'file') return files.write(to, files.read(from), { mode: entry.mode })
  if (!files.isDirectory(to)) files.makeDirectory(to, entry.mode)
  for (const child of files.list(from)) copyTree(files, `${from}/${child}`, `${to}/${child}`, false)
}

export function touch(process: Process): number {
  const { operands } = options(process.argv, 'camd:t:')
  const { clock } = process.container.server
  return each(process, operands, 'cannot touch', (path, { files }) => {
    if (files.kindOf(path)) files.change(path, { mtimeMs: clock.now() })
    else files.write(path, new Uint8Array(0))
  })
}

export function ln(process: Process): number {
  const { flags, operands } = options(process.argv, 'sfn')
  const [target = '', name = baseOf(`/${target}`)] = operands
  if (!flags.has('s')) throw new Failure('hard links are not simulated; use -s')
  const { files, server } = process.container
  const given = absolute(process.cwd, name)
  const path = files.isDirectory(given) ? `${given}/${baseOf(`/${target}`)}` : given
  if (linkKind(files, path) && !flags.has('f'))
    throw new Failure(`failed to create symbolic link '${name}': ${FAULTS.exists}`)
  files.place(path, link(target, server.clock.now()))
  return EXIT.ok
}

export function readlink(process: Process): number {
  const { flags, operands } = options(process.argv, 'fe')
  const { files } = process.container
  for (const name of operands) {
    const path = absolute(process.cwd, name)
    const entry = entryOf(files, path)
    if (flags.has('f') || flags.has('e')) print(process, `${files.real(path)}\n`)
    else if (entry.kind === 'link') print(process, `${entry.target}\n`)
    else return EXIT.failure
  }
  return EXIT.ok
}
