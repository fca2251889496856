/**
 * Where commands on text get it from: files by name, or standard input.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { FileFault } from '../file-system.ts'
import { bytesOf, concat, readAll, textOf } from '../pipe.ts'
import { absolute, complain, type Process } from '../process.ts'

/** A file's bytes, or standard input's; undefined after a complaint. */
export async function contents(process: Process, name: string): Promise<Uint8Array | undefined> {
  if (name === '-') return readAll(process.stdin)
  try {
    return process.container.files.read(absolute(process.cwd, name))
  } catch (fault) {
    if (!(fault instanceof FileFault)) throw fault
    const command = process.argv[0]!.split('/').at(-1)!
    const verb = ['head', 'tail'].includes(command)
      ? `cannot open '${name}' for reading`
      : command === 'sort'
        ? `cannot read: ${name}`
        : name
    complain(process, `${command}: ${verb}: ${fault.message}`)
    return undefined
  }
}

export async function joined(process: Process, names: readonly string[]): Promise<string> {
  const parts: Uint8Array[] = []
  for (const name of names.length > 0 ? names : ['-']) parts.push((await contents(process, name)) ?? bytesOf(''))
  return textOf(concat(parts))
}

export function linesOf(text: string): string[] {
  if (text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
}
