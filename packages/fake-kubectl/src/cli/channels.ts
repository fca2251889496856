/**
 * Programs in containers over a WebSocket: the first byte of a message names its channel.
 * Source: apimachinery/pkg/util/remotecommand; client-go/tools/remotecommand/websocket.go, v4.go.
 */
import { refusal } from './client.ts'
import type { Context } from './command.ts'
import { pathOf } from './discovery.ts'
import { CliFault, LoudExit } from './errors.ts'
import type { Socket } from './ports.ts'
import type { Wire } from './wire.ts'

const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255] as const
const PROTOCOLS = 'v5.channel.k8s.io, v4.channel.k8s.io'
const PODS = { group: '', version: 'v1', plural: 'pods', namespaced: true }

export type Session = {
  readonly container: string
  /** Absent for attach. */
  readonly command?: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
}
type Sink = { stdout(bytes: Uint8Array): void; stderr(bytes: Uint8Array): void; input?: AsyncIterable<Uint8Array> }

/** Runs a program, or looks at the one that runs, until it ends. @throws LoudExit with its exit code, unless it is 0 */
export async function converse(context: Context, pod: Wire, session: Session, sink: Sink): Promise<void> {
  const { container, command, stdin, tty } = session
  const query = new URLSearchParams()
  for (const word of command ?? []) query.append('command', word)
  query.append('container', container)
  if (stdin) query.append('stdin', 'true')
  query.append('stdout', 'true')
  query.append(tty ? 'tty' : 'stderr', 'true')
  const socket = await openSocket(context, pod, {
    subresource: command ? 'exec' : 'attach',
    query,
    protocols: PROTOCOLS,
  })
  if (tty) followSize(context, socket)
  if (stdin && sink.input) void pump(sink.input, socket)
  let status: Wire
  for await (const [channel, bytes] of framed(socket)) {
    if (channel === STDOUT) sink.stdout(bytes)
    if (channel === STDERR) sink.stderr(bytes)
    if (channel === ERROR) status = JSON.parse(new TextDecoder().decode(bytes))
  }
  confirmSuccess(status)
}

async function* framed({ messages }: Socket): AsyncGenerator<[channel: number, bytes: Uint8Array]> {
  for await (const message of messages) if (message.length > 0) yield [message[0]!, message.subarray(1)]
}

/** @throws what the server said instead of switching protocols */
export async function openSocket(
  { connection, socket, ports }: Context,
  pod: Wire,
  { subresource, query, protocols }: { subresource: string; query: URLSearchParams; protocols: string },
): Promise<Socket> {
  const { name, namespace } = pod.metadata
  const url = `${connection.server}${pathOf(PODS, { namespace, name, subresource })}?${query}`
  const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': protocols }
  const answer = await socket(new Request(url, { headers, signal: ports.signal }))
  if (answer instanceof Response) throw await refusal(answer)
  return answer
}

/** Sends what comes in, then says that there is no more. */
async function pump(input: AsyncIterable<Uint8Array>, socket: Socket): Promise<void> {
  for await (const chunk of input) socket.send(Buffer.concat([Buffer.of(STDIN), chunk]))
  if (socket.protocol.startsWith('v5')) socket.send(Uint8Array.of(CLOSE, STDIN))
}

function followSize({ ports: { terminal } }: Context, socket: Socket): void {
  const tell = (): void => {
    const size = JSON.stringify(terminal?.size())
    socket.send(Buffer.concat([Buffer.of(RESIZE), Buffer.from(size)]))
  }
  if (!terminal) return
  tell()
  terminal.onResize(tell)
}

function confirmSuccess(status: Wire): void {
  if (status === undefined || status.status === 'Success') return
  if (status.status !== 'Failure') throw new CliFault('error stream protocol error: unknown error')
  if (status.reason !== 'NonZeroExitCode') throw new CliFault(status.message)
  const code = status.details?.causes?.find(({ reason }: Wire) => reason === 'ExitCode')?.message
  if (code === undefined) throw new CliFault('error stream protocol error: no ExitCode cause given')
  throw new LoudExit(`command terminated with exit code ${code}\n`, Number(code))
}
