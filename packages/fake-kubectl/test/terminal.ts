/** Speaks the channels of exec and attach with a cluster in process. Not a test itself. */
import type { Cluster } from '../src/index.ts'

const decoder = new TextDecoder()

export type Session = {
  readonly protocol: string
  stdout: string
  stderr: string
  /** What the server said last. */
  status: any
  closed: boolean
  send(text: string): void
  /** Ends standard input. */
  end(): void
  resize(rows: number, columns: number): void
  hangUp(): void
}

export const WEBSOCKET = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-protocol': 'v5.channel.k8s.io' }

/** @returns the conversation, or the answer that refused it */
export async function dialUp(
  cluster: Cluster,
  path: string,
  headers: Record<string, string> = {},
): Promise<Session | Response> {
  const answer = await cluster.connect(new Request(`https://cluster${path}`, { headers: { ...WEBSOCKET, ...headers } }))
  if (answer instanceof Response) return answer
  const message = (channel: number, text: string) => Uint8Array.from([channel, ...new TextEncoder().encode(text)])
  const session: Session = {
    protocol: answer.protocol,
    stdout: '',
    stderr: '',
    status: undefined,
    closed: false,
    send: (text) => conversation.receive(message(0, text)),
    end: () => conversation.receive(Uint8Array.from([255, 0])),
    resize: (Height, Width) => conversation.receive(message(4, JSON.stringify({ Height, Width }))),
    hangUp: () => conversation.closed(),
  }
  const conversation = answer.begin({
    send(bytes) {
      const text = decoder.decode(bytes.subarray(1))
      if (bytes[0] === 1) session.stdout += text
      if (bytes[0] === 2) session.stderr += text
      if (bytes[0] === 3) session.status = JSON.parse(text)
    },
    close() {
      session.closed = true
      queueMicrotask(() => conversation.closed())
    },
  })
  return session
}

/** Why a connection is refused before it is upgraded. */
export async function refusal(
  cluster: Cluster,
  path: string,
  headers: Record<string, string> = {},
): Promise<[code: number, message: string]> {
  const answer = await dialUp(cluster, path, headers)
  if (!(answer instanceof Response)) throw new Error(`upgraded to ${answer.protocol}`)
  return [answer.status, ((await answer.json()) as { message: string }).message]
}

/** Opens a session that is not refused. */
export async function session(cluster: Cluster, path: string, headers: Record<string, string> = {}): Promise<Session> {
  const answer = await dialUp(cluster, path, headers)
  if (answer instanceof Response) throw new Error(`refused: ${answer.status} ${await answer.text()}`)
  return answer
}

export function execPath(pod: string, command: readonly string[], more = ''): string {
  const [namespace, name] = pod.includes('/') ? pod.split('/') : ['default', pod]
  const words = command.map((word) => `command=${encodeURIComponent(word)}`).join('&')
  return `/api/v1/namespaces/${namespace}/pods/${name}/exec?${words}&stdout=true&stderr=true${more}`
}

export type Ran = { code: number; stdout: string; stderr: string; status: any }

/** Runs a command to its end. */
export async function run(cluster: Cluster, pod: string, command: readonly string[], stdin?: string): Promise<Ran> {
  const it = await session(cluster, execPath(pod, command, stdin === undefined ? '' : '&stdin=true'))
  if (stdin !== undefined) {
    it.send(stdin)
    it.end()
  }
  await settled(it)
  const { stdout, stderr, status } = it
  const exit = status.details?.causes?.find((cause: any) => cause.reason === 'ExitCode')?.message
  return { code: status.status === 'Success' ? 0 : Number(exit ?? -1), stdout, stderr, status }
}

export function sh(cluster: Cluster, pod: string, script: string, stdin?: string): Promise<Ran> {
  return run(cluster, pod, ['sh', '-c', script], stdin)
}

/** Lets promises run until the session is over, or nothing more happens. */
export async function settled(it: Session, turns = 400): Promise<void> {
  for (let turn = 0; turn < turns && !it.closed; turn++) await Promise.resolve()
  for (let turn = 0; turn < 50 && !it.closed; turn++) await new Promise((resolve) => setImmediate(resolve))
}
