/**
 * Plugs a cluster into @kubernetes/client-node, without a socket: its HTTP goes through a dispatcher of ours, its
 * WebSockets through a handler. Neither client-node nor undici is imported; both are known by their shapes alone.
 * Source: undici's Dispatcher and DispatchHandler; client-node's WebSocketInterface.
 */
import type { Cluster } from '../cluster.ts'

/** What a KubeConfig may name as its server: it is never connected to. */
export const IN_PROCESS_URL = 'https://cluster.in-process'

type Message = (stream: number, content: Buffer) => boolean

/** client-node's WebSocketInterface, the last argument of its Exec, Attach and PortForward. */
export type Sockets = { connect(path: string, text: unknown, binary: Message | null): Promise<never> }

type KubeConfigLike = { applyToHTTPSOptions(options: object): Promise<void> }

type Handler = {
  onRequestStart?(controller: Controller, context: object): void
  onResponseStart?(controller: Controller, status: number, headers: Record<string, string>, statusText: string): void
  onResponseData?(controller: Controller, chunk: Buffer): void
  onResponseEnd?(controller: Controller, trailers: object): void
  onResponseError?(controller: Controller, fault: unknown): void
}
type Dispatch = {
  origin?: string | URL
  path: string
  method: string
  headers?: unknown
  body?: AsyncIterable<Uint8Array> | string | null
}

/**
 * From now on everything that is made of this KubeConfig talks to the cluster: API clients, informers, Watch, Log.
 * Credentials are its bearer token; a client certificate needs a real connection.
 *
 * @returns what Exec, Attach and PortForward take as their last argument
 * @example
 * const kubeConfig = new KubeConfig()
 * kubeConfig.loadFromString(kubeconfig({ url: IN_PROCESS_URL }))
 * const sockets = plugIn(kubeConfig, cluster)
 * await kubeConfig.makeApiClient(CoreV1Api).listNode()
 * await new Exec(kubeConfig, sockets).exec('default', 'web', 'app', ['ls'], process.stdout, process.stderr, null, false)
 */
export function plugIn(kubeConfig: KubeConfigLike, cluster: Pick<Cluster, 'fetch' | 'connect'>): Sockets {
  const dispatcher = {
    dispatch(options: Dispatch, handler: Handler) {
      void exchange(cluster, options, handler)
      return true
    },
    close: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  }
  Object.assign(kubeConfig, { createDispatcher: () => dispatcher })
  return {
    async connect(path, _, binary) {
      const options: { headers?: Record<string, string> } = {}
      await kubeConfig.applyToHTTPSOptions(options)
      return (await openSocket(cluster, path, {
        headers: options.headers ?? {},
        binary: binary ?? (() => true),
      })) as never
    },
  }
}

/** undici's view of a request under way: it may pause the answer, or give it up. */
class Controller {
  readonly #gone = new AbortController()
  #resume: (() => void) | undefined
  paused = false
  rawHeaders: Buffer[] = []
  rawTrailers: Buffer[] = []

  get signal(): AbortSignal {
    return this.#gone.signal
  }

  get aborted(): boolean {
    return this.#gone.signal.aborted
  }

  get reason(): unknown {
    return this.#gone.signal.reason ?? null
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    this.#resume?.()
  }

  abort(reason: unknown): void {
    this.#gone.abort(reason)
    this.resume()
  }

  async ready(): Promise<void> {
    if (this.paused) await new Promise<void>((resolve) => (this.#resume = resolve))
  }
}

async function exchange(cluster: Pick<Cluster, 'fetch'>, options: Dispatch, handler: Handler): Promise<void> {
  const controller = new Controller()
  try {
    handler.onRequestStart?.(controller, {})
    const response = await cluster.fetch(await requestOf(options, controller.signal))
    controller.rawHeaders = [...response.headers].flat().map((text) => Buffer.from(text))
    handler.onResponseStart?.(controller, response.status, Object.fromEntries(response.headers), response.statusText)
    for await (const chunk of response.body ?? []) {
      await controller.ready()
      if (controller.aborted) throw controller.reason
      handler.onResponseData?.(controller, Buffer.from(chunk as Uint8Array))
    }
    handler.onResponseEnd?.(controller, {})
  } catch (fault) {
    handler.onResponseError?.(controller, fault)
  }
}

async function requestOf({ origin, path, method, headers, body }: Dispatch, signal: AbortSignal): Promise<Request> {
  const chunks: Uint8Array[] = []
  if (typeof body === 'string') chunks.push(Buffer.from(body))
  else for await (const chunk of body ?? []) chunks.push(chunk)
  const sends = chunks.length > 0 && method !== 'GET' && method !== 'HEAD'
  const url = new URL(path, origin ?? IN_PROCESS_URL)
  return new Request(url, {
    method,
    headers: headersOf(headers),
    signal,
    ...(sends && { body: Buffer.concat(chunks) }),
  })
}

/** A flat list of names and values, pairs, or an object. */
function headersOf(given: unknown): Headers {
  const headers = new Headers()
  const flat = Array.isArray(given) && !Array.isArray(given[0]) ? (given as unknown[]) : undefined
  const pairs = flat
    ? flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]]] : []))
    : isIterable(given)
      ? [...given]
      : Object.entries((given ?? {}) as object)
  for (const [name, value] of pairs as [unknown, unknown][]) headers.append(String(name), String(value))
  return headers
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

const PROTOCOLS = 'v5.channel.k8s.io, v4.channel.k8s.io' // what client-node offers, as far as we speak it

/** As much of a WebSocket as client-node uses. */
type Socket = {
  readonly protocol: string
  readonly readyState: number
  send(data: Buffer | string): void
  close(): void
}

/** @throws Error in the words of `ws` when the cluster refuses */
async function openSocket(
  cluster: Pick<Cluster, 'connect'>,
  path: string,
  { headers, binary }: { headers: Record<string, string>; binary: Message },
): Promise<Socket> {
  const asks = { ...headers, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': PROTOCOLS }
  const answer = await cluster.connect(new Request(new URL(path, IN_PROCESS_URL), { headers: asks }))
  if (answer instanceof Response) throw new Error(`Unexpected server response: ${answer.status}`)
  let readyState = 1
  const close = () => {
    if (readyState === 1) queueMicrotask(() => conversation.closed())
    readyState = 3
  }
  // Nothing arrives before the caller has the socket, as with a real one.
  const conversation = answer.begin({
    send: (bytes) => setImmediate(() => binary(bytes[0]!, Buffer.from(bytes.subarray(1))) || close()),
    close: () => setImmediate(close),
  })
  return {
    protocol: answer.protocol,
    get readyState() {
      return readyState
    },
    send: (data) => conversation.receive(Buffer.from(data as Buffer)),
    close,
  }
}
