/**
 * What words may refer to while they are expanded: variables, the special parameters, other commands' output.
 * Source: POSIX.1-2024, Shell Command Language, 2.5.
 */
import { Buffered, textOf } from '../pipe.ts'
import { ExpansionFault, type Scope } from './expand.ts'
import type { ShellState, Streams } from './state.ts'
import type { Node } from './syntax.ts'

type Subshell = (state: ShellState, script: Node, streams: Streams) => Promise<number>

/** @param subshell runs what stands in `$(…)` */
export function scopeOf(state: ShellState, streams: Streams, subshell: Subshell): Scope {
  const { variables, process } = state
  return {
    get: (name) => special(state, name) ?? variables.get(name) ?? unset(state, name),
    set: (name, value) => void variables.set(name, value),
    positional: state.positional,
    cwd: state.cwd,
    list: (directory) =>
      process.container.files.isDirectory(directory) ? process.container.files.list(directory) : undefined,
    async capture(script) {
      const stdout = new Buffered()
      state.lastCode = await subshell(state, script, { ...streams, stdout })
      return textOf(stdout.bytes)
    },
  }
}

function special(state: ShellState, name: string): string | undefined {
  if (/^[1-9]\d*$/.test(name)) return state.positional[Number(name) - 1] ?? unset(state, name)
  const values: Record<string, () => string> = {
    '?': () => String(state.lastCode),
    $: () => String(state.process.pid),
    '#': () => String(state.positional.length),
    '0': () => state.name,
    '!': () => '',
    '-': () => '',
    PWD: () => state.cwd,
  }
  return values[name]?.()
}

function unset({ nounset }: ShellState, name: string): undefined {
  if (nounset) throw new ExpansionFault(`${name}: parameter not set`)
}
