/**
 * Evaluates the nodes of a script. State belongs to the shell; a subshell works on a copy.
 */
import { FileFault } from '../file-system.ts'
import { Pipe } from '../pipe.ts'
import { breathe, complain, EXIT, Failure, findCommand, run } from '../process.ts'
import { BUILTINS } from './builtins.ts'
import { expandText, expandWords, type Scope } from './expand.ts'
import { redirect, type Open } from './redirect.ts'
import { scopeOf } from './scope.ts'
import { Exit, Jump, spoken, type ShellState, type Streams } from './state.ts'
import type { Node } from './syntax.ts'

export async function evaluate(state: ShellState, node: Node, streams: Streams): Promise<number> {
  const code = await valueOf(state, node, streams)
  state.lastCode = code
  return code
}

async function valueOf(state: ShellState, node: Node, streams: Streams): Promise<number> {
  switch (node.kind) {
    case 'simple':
      return simple(state, node, streams)
    case 'redirected':
      return redirected(state, node, streams)
    case 'pipeline':
      return pipeline(state, node, streams)
    case 'sequence':
      return sequence(state, node.nodes, streams)
    case 'and':
    case 'or': {
      const code = await condition(state, node.left, streams)
      state.lastCode = code
      return (code === 0) === (node.kind === 'and') ? evaluate(state, node.right, streams) : code
    }
    case 'if':
      return branches(state, node, streams)
    case 'loop':
      return loop(state, node, streams)
    case 'for':
      return each(state, node, streams)
    case 'subshell':
      return subshell(state, node.body, streams)
  }
}

async function sequence(state: ShellState, nodes: readonly Node[], streams: Streams): Promise<number> {
  let code = 0
  for (const node of nodes) {
    code = await evaluate(state, node, streams)
    if (code !== 0 && state.errexit && !['and', 'or', 'if', 'loop'].includes(node.kind)) throw new Exit(code)
  }
  return code
}

/** In a condition a failure is an answer, also under `set -e`. */
async function condition(state: ShellState, node: Node, streams: Streams): Promise<number> {
  const { errexit } = state
  state.errexit = false
  try {
    return await evaluate(state, node, streams)
  } finally {
    state.errexit = errexit
  }
}

async function branches(state: ShellState, node: Extract<Node, { kind: 'if' }>, streams: Streams): Promise<number> {
  for (const [test, body] of node.branches)
    if ((await condition(state, test, streams)) === 0) return evaluate(state, body, streams)
  return node.otherwise ? evaluate(state, node.otherwise, streams) : 0
}

async function loop(
  state: ShellState,
  { until, condition: test, body }: Extract<Node, { kind: 'loop' }>,
  streams: Streams,
): Promise<number> {
  let code = 0
  for (;;) {
    if (((await condition(state, test, streams)) === 0) === until) return code
    const round = await once(state, body, streams)
    if (round === 'break') return code
    code = round
  }
}

async function each(
  state: ShellState,
  { name, words, body }: Extract<Node, { kind: 'for' }>,
  streams: Streams,
): Promise<number> {
  const values = words ? await expandWords(words, scope(state, streams)) : state.positional
  let code = 0
  for (const value of values) {
    state.variables.set(name, value)
    const round = await once(state, body, streams)
    if (round === 'break') break
    code = round
  }
  return code
}

async function once(state: ShellState, body: Node, streams: Streams): Promise<number | 'break'> {
  try {
    return await evaluate(state, body, streams)
  } catch (fault) {
    if (!(fault instanceof Jump)) throw fault
    return fault.to === 'break' ? 'break' : 0
  }
}

async function subshell(state: ShellState, body: Node, streams: Streams): Promise<number> {
  const copy = { ...copyOf(state), variables: new Map(state.variables), exported: new Set(state.exported) }
  try {
    return await evaluate(copy, body, streams)
  } catch (fault) {
    if (fault instanceof Exit) return fault.code
    throw fault
  }
}

function copyOf(state: ShellState): ShellState {
  const { process, flavour, variables, exported, cwd, name, positional, lastCode, errexit, xtrace, nounset } = state
  return { process, flavour, variables, exported, cwd, name, positional, lastCode, errexit, xtrace, nounset }
}

async function pipeline(
  state: ShellState,
  { commands, negated }: Extract<Node, { kind: 'pipeline' }>,
  streams: Streams,
): Promise<number> {
  const pipes = commands.slice(1).map(() => new Pipe())
  const codes = await Promise.all(
    commands.map(async (command, i) => {
      const [before, after] = [pipes[i - 1], pipes[i]]
      const own = { ...streams, stdin: before ?? streams.stdin, stdout: after ?? streams.stdout }
      try {
        return commands.length === 1 ? await evaluate(state, command, own) : await subshell(state, command, own)
      } finally {
        after?.end()
        before?.close()
      }
    }),
  )
  return negated ? Number(codes.at(-1) === 0) : codes.at(-1)!
}

/** The streams of a command after its redirections; a file that cannot be opened fails the command. */
async function redirected(
  state: ShellState,
  { command, redirects }: Extract<Node, { kind: 'redirected' }>,
  streams: Streams,
): Promise<number> {
  const open: Open = [streams.stdin, streams.stdout, streams.stderr]
  for (const it of redirects) {
    const failed = await redirect(state, it, open, scope(state, streams))
    if (failed === undefined) continue
    complain(streams, failed)
    return state.flavour === 'dash' ? EXIT.usage : EXIT.failure
  }
  const [stdin, stdout, stderr] = open
  return evaluate(state, command, { stdin, stdout, stderr })
}

function scope(state: ShellState, streams: Streams): Scope {
  return scopeOf(state, streams, subshell)
}

async function simple(state: ShellState, node: Extract<Node, { kind: 'simple' }>, streams: Streams): Promise<number> {
  await breathe({ ...state.process, ...streams })
  if (state.process.signal.aborted) throw new Exit(EXIT.interrupted)
  if (streams.stdout.broken) throw new Exit(EXIT.pipe)
  const words = scope(state, streams)
  const argv = await expandWords(node.words, words)
  const assigned = new Map<string, string>()
  for (const [name, word] of node.assignments) assigned.set(name, await expandText(word, words))
  if (state.xtrace)
    complain(streams, `+ ${[...[...assigned].map(([name, value]) => `${name}=${value}`), ...argv].join(' ')}`)
  if (argv.length === 0) {
    for (const [name, value] of assigned) state.variables.set(name, value)
    // A command that is nothing but `$(false)` ends as that did.
    return node.words.length > 0 || node.assignments.length > 0 ? state.lastCode * Number(hasSubstitution(node)) : 0
  }
  const builtin = BUILTINS.get(argv[0]!)
  if (!builtin) return external(state, argv, assigned, streams)
  for (const [name, value] of assigned) state.variables.set(name, value)
  const process = { ...state.process, ...streams, argv, cwd: state.cwd, environment: exportedOf(state) }
  try {
    return await builtin(state, process, evaluate)
  } catch (fault) {
    if (!(fault instanceof Failure) && !(fault instanceof FileFault)) throw fault
    complain(streams, spoken(state, `${argv[0]}: ${fault.message}`))
    return fault instanceof Failure ? fault.code : EXIT.failure
  }
}

function hasSubstitution({ assignments, words }: Extract<Node, { kind: 'simple' }>): boolean {
  return [...words, ...assignments.map(([, word]) => word)].some((word) =>
    word.some(({ kind }) => kind === 'substitution'),
  )
}

async function external(
  state: ShellState,
  argv: string[],
  assigned: Map<string, string>,
  streams: Streams,
): Promise<number> {
  const { container, signal, terminal, pace } = state.process
  const name = argv[0]!
  const found = findCommand(container, name, state.cwd, state.variables.get('PATH') ?? '')
  if (found.kind === 'absent' || found.kind === 'denied') {
    complain(streams, unknown(state, name, found.kind))
    return found.kind === 'absent' ? EXIT.absent : EXIT.denied
  }
  const environment = new Map([...exportedOf(state), ...assigned])
  return run(found, { container, argv, environment, cwd: state.cwd, signal, terminal, pace, ...streams })
}

function unknown({ flavour, name: shell }: ShellState, name: string, kind: 'absent' | 'denied'): string {
  const denied = kind === 'denied'
  const words = denied
    ? 'Permission denied'
    : name.includes('/') && flavour === 'bash'
      ? 'No such file or directory'
      : 'not found'
  if (flavour === 'bash') return `${shell}: line 1: ${name}: ${words === 'not found' ? 'command not found' : words}`
  return flavour === 'dash' ? `${shell}: 1: ${name}: ${words}` : `${shell}: ${name}: ${words}`
}

function exportedOf({ variables, exported, cwd }: ShellState): Map<string, string> {
  const own = [...variables].filter(([name]) => exported.has(name))
  return new Map([...own, ['PWD', cwd]])
}
