/**
 * Redirections: where a command's streams lead instead.
 * Source: POSIX.1-2024, Shell Command Language, 2.7; the words of dash, bash and BusyBox for what cannot be opened.
 */
import { FileFault } from '../file-system.ts'
import { bytesOf, EMPTY, sourceOf, type Sink, type Source } from '../pipe.ts'
import { absolute } from '../process.ts'
import { expandText, type Scope } from './expand.ts'
import type { ShellState } from './state.ts'
import type { Redirect } from './syntax.ts'

/** Standard input, output and error, as they are opened one after the other. */
export type Open = [Source, Sink, Sink]

/** @returns what went wrong, in the shell's words */
export async function redirect(
  state: ShellState,
  redirect: Redirect,
  open: Open,
  scope: Scope,
): Promise<string | undefined> {
  if (redirect.kind === 'here') {
    open[0] = sourceOf(bytesOf(await expandText(redirect.text, scope)))
    return undefined
  }
  if (redirect.kind === 'copy') {
    open[redirect.fd === 2 ? 2 : 1] = open[redirect.from === 2 ? 2 : 1]
    return undefined
  }
  const path = await expandText(redirect.target, scope)
  try {
    if (redirect.operator === '<') open[0] = input(state, path)
    else open[redirect.fd === 2 ? 2 : 1] = output(state, path, redirect.operator === '>>', open)
    return undefined
  } catch (fault) {
    if (fault instanceof FileFault) return cannotOpen(state, path, redirect.operator === '<', fault.message)
    throw fault
  }
}

function input({ process, cwd }: ShellState, path: string): Source {
  return path === '/dev/null' ? EMPTY : sourceOf(process.container.files.read(absolute(cwd, path)))
}

function output({ process, cwd }: ShellState, path: string, append: boolean, open: Open): Sink {
  if (path === '/dev/stdout') return open[1]
  if (path === '/dev/stderr') return open[2]
  const { files } = process.container
  const file = absolute(cwd, path)
  files.write(file, new Uint8Array(0), { append })
  return {
    write(bytes) {
      files.write(file, bytes, { append: true })
      return true
    },
  }
}

function cannotOpen({ flavour, name }: ShellState, path: string, isInput: boolean, why: string): string {
  if (flavour === 'bash') return `${name}: line 1: ${path}: ${why}`
  if (flavour === 'busybox') return `${name}: can't ${isInput ? 'open' : 'create'} ${path}: ${why}`
  return `${name}: 1: cannot ${isInput ? 'open' : 'create'} ${path}: ${why.replace(' or directory', '')}`
}
