/**
 * A process in a container: what it was called with, its streams, and how a command is found and started.
 * Source: runc's words for what cannot be started, recorded from containerd 2.
 */
import { commandIn } from './images.ts'
import { FileFault } from './file-system.ts'
import { bytesOf, textOf, type Sink, type Source } from './pipe.ts'
import type { ToyContainer } from './container.ts'

/** What stands in front of a process that was started with a terminal. */
export type Terminal = {
  rows: number
  columns: number
  /** Ctrl-C was typed since somebody last asked. */
  interrupted: boolean
  /** What Ctrl-C does; a shell puts the command that runs in the foreground here. */
  interrupt: () => void
}

export type Process = {
  readonly container: ToyContainer
  /** The command's name and its arguments. */
  readonly argv: readonly string[]
  readonly environment: Map<string, string>
  readonly cwd: string
  readonly pid: number
  readonly stdin: Source
  readonly stdout: Sink
  readonly stderr: Sink
  readonly signal: AbortSignal
  readonly terminal: Terminal | undefined
  /** Shared by all that one exec has started. */
  readonly pace: Pace
}

/** Steps taken without virtual time passing. */
export type Pace = { steps: number }

/** Answers with an exit code. */
export type Command = (process: Process) => number | Promise<number>

/** Ends a command with a word to its user. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: number

  constructor(message: string, code = 1) {
    super(message)
    this.code = code
  }
}

/** What a name on a command line leads to. */
export type Found =
  | { readonly kind: 'command'; readonly name: string }
  | { readonly kind: 'script'; readonly interpreter: readonly string[]; readonly path: string }
  | { readonly kind: 'denied' }
  | { readonly kind: 'absent' }

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  timeout: 124,
  denied: 126,
  absent: 127,
  interrupted: 130,
  killed: 137,
  pipe: 141,
} as const

export function print({ stdout }: Pick<Process, 'stdout'>, text: string): boolean {
  return stdout.write(bytesOf(text))
}

/** Prints a line, and is done. */
export function say(process: Pick<Process, 'stdout'>, line: string): number {
  print(process, `${line}\n`)
  return EXIT.ok
}

export function complain({ stderr }: Pick<Process, 'stderr'>, text: string): void {
  stderr.write(bytesOf(`${text}\n`))
}

/** What never sleeps would stop the whole simulator: so many steps take so much virtual time. */
const STEPS_A_SLICE = 20_000
const SLICE_MS = 10
const MAX_TASKS = 500 // of one container, as a pids cgroup would have it

/** Between two steps of something that may go on for ever: waits for a slow reader, and now and then for the clock. */
export async function breathe({ container, pace, signal, stdout }: Process): Promise<void> {
  await stdout.drained?.()
  pace.steps += 1
  if (pace.steps % STEPS_A_SLICE === 0) await container.server.clock.sleep(SLICE_MS, signal)
}

/** Finds what `name` starts: a path as it is, a plain name along PATH. */
export function findCommand({ files }: ToyContainer, name: string, cwd: string, path: string): Found {
  const candidates = name.includes('/') ? [absolute(cwd, name)] : path.split(':').map((part) => `${part}/${name}`)
  for (const candidate of candidates) {
    if (files.kindOf(candidate) !== 'file') continue
    const { mode } = files.stat(candidate)
    if ((mode & 0o111) === 0) return { kind: 'denied' }
    return started(textOf(files.read(candidate)), candidate)
  }
  const isDirectory = name.includes('/') && files.isDirectory(absolute(cwd, name))
  return isDirectory ? { kind: 'denied' } : { kind: 'absent' }
}

function started(text: string, path: string): Found {
  const name = commandIn(text)
  if (name) return { kind: 'command', name }
  const line = /^#!\s*(.+)/.exec(text)?.[1] ?? '/bin/sh'
  return { kind: 'script', interpreter: line.trim().split(/\s+/), path }
}

/** A path as a process means it. */
export function absolute(cwd: string, path: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`
}

/** Runs a command; what it throws is told on its stderr, in its name. */
export async function guarded(command: Command, process: Process): Promise<number> {
  try {
    return await command(process)
  } catch (fault) {
    if (process.signal.aborted) return EXIT.interrupted
    if (!(fault instanceof Failure) && !(fault instanceof FileFault)) throw fault
    complain(process, `${process.argv[0]?.split('/').at(-1)}: ${fault.message}`)
    return fault instanceof Failure ? fault.code : EXIT.failure
  }
}

/** Runs what was found as a process of its own, with a place in the container's table of processes. */
export async function run(
  found: Extract<Found, { kind: 'command' | 'script' }>,
  process: Omit<Process, 'pid'>,
): Promise<number> {
  const { container, argv, terminal } = process
  const isScript = found.kind === 'script'
  const words = isScript ? [...found.interpreter, found.path, ...argv.slice(1)] : argv
  const name = isScript ? found.interpreter[0]!.split('/').at(-1)! : found.name
  const command = container.commands.get(name)
  if (!command) return EXIT.absent
  if (container.tasks.size >= MAX_TASKS) throw new Failure('Cannot fork', EXIT.usage)
  const task = container.begin(words, terminal !== undefined)
  try {
    return await guarded(command, { ...process, argv: words, pid: task.pid })
  } finally {
    task.end()
  }
}

/** Why the runtime could not start a process, in its words. */
export function ociFault(name: string, { kind }: Found): string {
  const why =
    kind === 'denied'
      ? 'permission denied'
      : name.includes('/')
        ? `stat ${name}: no such file or directory`
        : 'executable file not found in $PATH'
  return `OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(name)}: ${why}: unknown`
}
