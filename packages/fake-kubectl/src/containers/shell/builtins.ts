/**
 * Commands that change the shell itself, so that no process can be them.
 * Source: POSIX.1-2024, Shell Command Language, 2.15 Special Built-In Utilities, and the regular ones a shell needs.
 */
import { normalize } from '../tree.ts'
import { absolute, EXIT, Failure, findCommand, print, type Process } from '../process.ts'
import { LineReader, textOf } from '../pipe.ts'
import { parse } from './parse.ts'
import { Exit, Jump, type ShellState, type Streams } from './state.ts'
import type { Node } from './syntax.ts'

type Evaluate = (state: ShellState, node: Node, streams: Streams) => Promise<number>
type Builtin = (state: ShellState, process: Process, evaluate: Evaluate) => number | Promise<number>

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => 0],
  ['.', source],
  ['break', () => jump('break')],
  ['cd', changeDirectory],
  ['command', whichCommand],
  ['continue', () => jump('continue')],
  ['eval', (state, process, evaluate) => evaluate(state, parse(process.argv.slice(1).join(' ')), process)],
  ['exit', (state, { argv }) => exit(Number(argv[1] ?? state.lastCode))],
  ['export', exportNames],
  ['pwd', ({ cwd }, process) => Number(!print(process, `${cwd}\n`))],
  ['read', readLine],
  ['set', setOptions],
  ['shift', ({ positional }, { argv }) => Number(positional.splice(0, Number(argv[1] ?? 1)).length === 0)],
  ['type', whichCommand],
  ['unset', (state, { argv }) => forget(state, argv.slice(1))],
  ['wait', () => 0],
])

function jump(to: 'break' | 'continue'): never {
  throw new Jump(to)
}

function exit(code: number): never {
  throw new Exit(code & 255)
}

function changeDirectory(state: ShellState, { argv, container, stdout }: Process): number {
  const target = argv[1] === '-' ? state.variables.get('OLDPWD') : (argv[1] ?? state.variables.get('HOME') ?? '/')
  const path = normalize(absolute(state.cwd, target ?? '/'))
  const kind = container.files.kindOf(path)
  if (kind !== 'directory') throw new Failure(cannotEnter(state, target ?? '', kind), state.flavour === 'dash' ? 2 : 1)
  state.variables.set('OLDPWD', state.cwd)
  state.cwd = path
  if (argv[1] === '-') print({ stdout }, `${path}\n`)
  return EXIT.ok
}

function cannotEnter({ flavour }: ShellState, target: string, kind: string | undefined): string {
  const why = kind ? 'Not a directory' : 'No such file or directory'
  return flavour === 'bash' ? `${target}: ${why}` : `can't cd to ${target}${flavour === 'busybox' ? `: ${why}` : ''}`
}

function whichCommand(state: ShellState, process: Process): number {
  const [builtin, ...rest] = process.argv
  const names = rest.filter((word) => word !== '-v')
  const lines = names.map((name) => {
    const kind = BUILTINS.has(name)
      ? 'builtin'
      : findCommand(process.container, name, state.cwd, state.variables.get('PATH') ?? '').kind
    if (kind === 'builtin') return builtin === 'type' ? `${name} is a shell builtin` : name
    if (kind === 'absent' || kind === 'denied') return undefined
    return builtin === 'type' ? `${name} is /bin/${name}` : `/bin/${name}`
  })
  for (const line of lines) if (line !== undefined) print(process, `${line}\n`)
  return lines.includes(undefined) ? EXIT.absent : EXIT.ok
}

function exportNames(state: ShellState, process: Process): number {
  for (const word of process.argv.slice(1)) {
    const [name = '', value] = word.split(/=(.*)/s)
    if (value !== undefined) state.variables.set(name, value)
    state.exported.add(name)
  }
  if (process.argv.length === 1)
    for (const name of [...state.exported].sort())
      print(process, `export ${name}='${state.variables.get(name) ?? ''}'\n`)
  return EXIT.ok
}

function forget({ variables, exported }: ShellState, names: readonly string[]): number {
  for (const name of names) {
    variables.delete(name)
    exported.delete(name)
  }
  return EXIT.ok
}

/** The last name takes the rest of the line. */
async function readLine(state: ShellState, { argv, stdin }: Process): Promise<number> {
  const names = argv.slice(1).filter((word) => !word.startsWith('-'))
  const line = await (stdin instanceof LineReader ? stdin : new LineReader(stdin)).line()
  const words = (line ?? '').trim().split(/\s+/)
  for (const [i, name] of (names.length > 0 ? names : ['REPLY']).entries())
    state.variables.set(name, i === names.length - 1 ? words.slice(i).join(' ') : (words[i] ?? ''))
  return Number(line === undefined)
}

function setOptions(state: ShellState, process: Process): number {
  const [, first, ...rest] = process.argv
  if (first === undefined) {
    for (const [name, value] of [...state.variables].sort()) print(process, `${name}='${value}'\n`)
    return EXIT.ok
  }
  if (first === '--') state.positional = rest
  else if (/^[-+][eux]+$/.test(first)) {
    const on = first.startsWith('-')
    if (first.includes('e')) state.errexit = on
    if (first.includes('u')) state.nounset = on
    if (first.includes('x')) state.xtrace = on
  } else if (!first.startsWith('-o')) state.positional = [first, ...rest]
  return EXIT.ok
}

async function source(state: ShellState, process: Process, evaluate: Evaluate): Promise<number> {
  const file = absolute(state.cwd, process.argv[1] ?? '')
  return evaluate(state, parse(textOf(process.container.files.read(file))), process)
}
