/**
 * One session in a container, from its streams to its exit code: what exec and attach have in common.
 * Source: k8s.io/cri-streaming remotecommand; apimachinery/pkg/util/remotecommand constants.
 */
import { internal, type Status } from '../../api/status.ts'
import type { ToyContainer } from '../../containers/container.ts'
import { EXIT, type Terminal } from '../../containers/process.ts'
import { terminalOutput, TerminalInput } from '../../containers/tty.ts'
import type { Sink, Source } from '../../containers/pipe.ts'
import type { Channels } from './channels.ts'
import { whenEnded } from './container-life.ts'

/** The streams a client wants. */
export type Wanted = {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

export type Session = {
  readonly streams: { readonly stdin: Source; readonly stdout: Sink; readonly stderr: Sink }
  readonly terminal: Terminal | undefined
  readonly signal: AbortSignal
}

/** Does its work in the container. @returns an exit code, or what went wrong */
export type Work = (container: ToyContainer, session: Session) => Promise<number | string>

export type SessionOptions = {
  readonly container: ToyContainer
  readonly wanted: Wanted
  readonly terminal: Terminal | undefined
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
  /** Whether the API server stands between, which wraps once more what the kubelet has wrapped. */
  readonly wrapped: boolean
}

/** Whatever happens in the container, the client is told how it ended. */
export async function runSession(open: Channels, options: SessionOptions, work: Work): Promise<void> {
  await open.ready
  const outcome = await inLife(open, options, (signal) =>
    work(options.container, { streams: streamsOf(open, options), terminal: options.terminal, signal }),
  )
  if (outcome === EXIT.ok) open.end({ metadata: {}, status: 'Success' })
  else if (typeof outcome === 'number') open.end(exited(outcome))
  else open.end(options.wrapped ? internal(internal(outcome).message).status : internal(outcome).status)
}

/** A process is killed with its container, and with the connection it was started over. */
async function inLife(
  { stdin }: Channels,
  { container: { server, pod, spec }, signal }: SessionOptions,
  work: (signal: AbortSignal) => Promise<number | string>,
): Promise<number | string> {
  const killed = new AbortController()
  const stop = whenEnded(server, pod, spec.name, () => killed.abort(new Error('the container has ended')))
  const alive = AbortSignal.any([signal, killed.signal])
  // Whoever waits for input hears of it, too.
  alive.addEventListener('abort', () => stdin.end(), { once: true })
  try {
    return await work(alive)
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault)
  } finally {
    stop()
  }
}

function exited(code: number): Partial<Status> {
  const message = `command terminated with non-zero exit code: command terminated with exit code ${code}`
  const causes = [{ reason: 'ExitCode', message: String(code) }]
  return { metadata: {}, status: 'Failure', message, reason: 'NonZeroExitCode', details: { causes } }
}

/** What was not asked for is neither read nor sent; a terminal has one output. */
function streamsOf({ stdin, stdout, stderr }: Channels, { wanted, terminal }: SessionOptions): Session['streams'] {
  const nowhere: Sink = { write: () => true }
  const out = wanted.stdout ? stdout : nowhere
  if (!terminal) {
    if (!wanted.stdin) stdin.end()
    return { stdin, stdout: out, stderr: wanted.stderr ? stderr : nowhere }
  }
  const shown = terminalOutput(out)
  const typed = new TerminalInput(terminal, out)
  if (wanted.stdin) void type(stdin, typed)
  else typed.input.end()
  return { stdin: typed.input, stdout: shown, stderr: shown }
}

async function type(stdin: Source, typed: TerminalInput): Promise<void> {
  for (let chunk = await stdin.read(); chunk; chunk = await stdin.read()) typed.receive(chunk)
  typed.input.end()
}
