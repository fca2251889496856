/**
 * Runs a script: `sh -c`, a file, or line by line from standard input.
 * Source: POSIX.1-2024, Shell Command Language, 2.8 and 2.9; the words of dash, bash and BusyBox for what goes wrong.
 */
import { FileFault } from '../file-system.ts'
import { hostname } from '../environment.ts'
import { shellFlavour } from '../images.ts'
import { LineReader, textOf } from '../pipe.ts'
import { absolute, complain, EXIT, print, type Process } from '../process.ts'
import { ArithmeticFault } from './arithmetic.ts'
import { evaluate } from './evaluate.ts'
import { ExpansionFault } from './expand.ts'
import { parse } from './parse.ts'
import { Exit, Jump, spoken, type ShellState, type Streams } from './state.ts'
import { SyntaxFault } from './syntax.ts'

export async function shell(process: Process): Promise<number> {
  const { argv, container, cwd, environment } = process
  const [name = 'sh', ...args] = argv
  const { options, script, operands } = invocation(args)
  const state: ShellState = {
    process,
    flavour: shellFlavour(container.profile, name.split('/').at(-1)!),
    variables: new Map(environment),
    exported: new Set(environment.keys()),
    cwd,
    name: script === undefined ? name : (operands[0] ?? name),
    positional: operands.slice(1),
    lastCode: 0,
    errexit: options.has('e'),
    xtrace: options.has('x'),
    nounset: options.has('u'),
  }
  const streams: Streams = { stdin: new LineReader(process.stdin), stdout: process.stdout, stderr: process.stderr }
  if (script !== undefined) return whole(state, script, streams)
  const file = operands[0]
  if (file === undefined) return interactive(state, streams)
  const text = readScript(state, file)
  if (text === undefined) return EXIT.absent
  return whole({ ...state, name: file }, text, streams)
}

function invocation(args: readonly string[]): { options: Set<string>; script: string | undefined; operands: string[] } {
  const options = new Set<string>()
  let i = 0
  for (; i < args.length && /^-[a-z-]/.test(args[i]!); i++) {
    if (args[i]!.startsWith('--')) continue
    for (const letter of args[i]!.slice(1)) options.add(letter)
  }
  const hasScript = options.has('c')
  return { options, script: hasScript ? (args[i] ?? '') : undefined, operands: args.slice(hasScript ? i + 1 : i) }
}

function readScript(state: ShellState, file: string): string | undefined {
  try {
    return textOf(state.process.container.files.read(absolute(state.cwd, file)))
  } catch (fault) {
    if (!(fault instanceof FileFault)) throw fault
    complain(state.process, `${state.name}: 0: cannot open ${file}: ${fault.message}`)
    return undefined
  }
}

async function whole(state: ShellState, script: string, streams: Streams): Promise<number> {
  try {
    return await evaluate(state, parse(script), streams)
  } catch (fault) {
    return ended(state, fault, streams)
  }
}

/** Line by line; a line that ends in the middle of a command is continued by the next. */
async function interactive(state: ShellState, streams: Streams): Promise<number> {
  const { process } = state
  const { terminal, signal } = process
  let text = ''
  for (;;) {
    if (terminal) print(process, text === '' ? prompt(state) : '> ')
    const line = await (streams.stdin as LineReader).line()
    if (signal.aborted) break
    if (line === undefined && terminal?.interrupted) {
      terminal.interrupted = false
      text = ''
      continue
    }
    if (line === undefined) break
    text += `${line}\n`
    const done = await inForeground(state, text, streams)
    if (done === 'exit') return state.lastCode
    if (done === 'done') text = ''
  }
  if (terminal && state.flavour !== 'busybox') print(process, state.flavour === 'bash' ? 'exit\n' : '\n')
  return state.lastCode
}

/** Ctrl-C ends the command, not the shell. */
async function inForeground(state: ShellState, text: string, streams: Streams): Promise<'done' | 'more' | 'exit'> {
  const { process } = state
  const { terminal } = process
  if (!terminal) return evaluated(state, text, streams)
  const command = new AbortController()
  const { interrupt } = terminal
  terminal.interrupt = () => command.abort(new Error('interrupted'))
  state.process = { ...process, signal: AbortSignal.any([process.signal, command.signal]) }
  const done = await evaluated(state, text, streams)
  state.process = process
  terminal.interrupt = interrupt
  terminal.interrupted = false
  return command.signal.aborted && !process.signal.aborted ? 'done' : done
}

async function evaluated(state: ShellState, text: string, streams: Streams): Promise<'done' | 'more' | 'exit'> {
  try {
    state.lastCode = await evaluate(state, parse(text), streams)
  } catch (fault) {
    if (fault instanceof SyntaxFault && fault.unfinished) return 'more'
    state.lastCode = ended(state, fault, streams)
    if (fault instanceof Exit) return 'exit'
  }
  return 'done'
}

/** The exit code of what ended a script early. */
function ended(state: ShellState, fault: unknown, { stderr }: Streams): number {
  if (fault instanceof Exit) return fault.code
  if (fault instanceof Jump) return state.lastCode
  if (!(fault instanceof SyntaxFault) && !(fault instanceof ExpansionFault) && !(fault instanceof ArithmeticFault))
    throw fault
  complain({ stderr }, spoken(state, fault.message))
  return EXIT.usage
}

function prompt({ flavour, process, cwd }: ShellState): string {
  const { user, pod } = process.container
  const mark = user === 0 ? '#' : '$'
  if (flavour === 'dash') return `${mark} `
  const home = cwd === (user === 0 ? '/root' : '') ? '~' : cwd
  if (flavour === 'busybox') return `${home} ${mark} `
  return `${user === 0 ? 'root' : 'I have no name!'}@${hostname(pod)}:${home}${mark} `
}
