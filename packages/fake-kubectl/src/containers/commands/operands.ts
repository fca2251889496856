/**
 * What commands on files have in common: one operand after the other, and what stands at a path.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { FileFault, type FileSystem } from '../file-system.ts'
import { absolute, complain, EXIT, Failure, type Process } from '../process.ts'
import { baseOf, type Entry } from '../tree.ts'

/** Does it to each operand; what fails is told, and the rest goes on. */
export function each(
  process: Process,
  operands: readonly string[],
  verb: string,
  act: (path: string, container: Process['container'], operand: string) => void,
): number {
  const name = baseOf(`/${process.argv[0]}`)
  if (operands.length === 0) throw new Failure('missing operand')
  let code: number = EXIT.ok
  for (const operand of operands) {
    try {
      act(absolute(process.cwd, operand), process.container, operand)
    } catch (fault) {
      if (!(fault instanceof FileFault)) throw fault
      complain(process, `${name}: ${verb} '${operand}': ${fault.message}`)
      code = EXIT.failure
    }
  }
  return code
}

export function entryOf(files: FileSystem, path: string): Entry {
  return files.stat(path, { last: false })
}

export function linkKind(files: FileSystem, path: string): Entry['kind'] | undefined {
  try {
    return files.stat(path, { last: false }).kind
  } catch (fault) {
    if (fault instanceof FileFault) return undefined
    throw fault
  }
}
