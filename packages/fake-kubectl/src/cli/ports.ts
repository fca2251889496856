/**
 * What the command line needs of the world: handed in, so that a test runs it in process and the bin as a process.
 */

/** One request, one answer, as the global fetch does it. */
export type Fetch = (request: Request) => Promise<Response>

/** A stream of messages to and from the server. */
export type Socket = {
  readonly protocol: string
  send(message: Uint8Array): void
  close(): void
  /** What the server sends, until one of both closes it. */
  readonly messages: AsyncIterable<Uint8Array>
}

/** Asks for a WebSocket with the protocols of the request's headers; an answer that is none is a refusal. */
export type OpenSocket = (request: Request) => Promise<Socket | Response>

/** The terminal that a person types in. */
export type Terminal = {
  /** Whether keys go to the program as they are typed. */
  raw(on: boolean): void
  size(): { Width: number; Height: number }
  onResize(told: () => void): void
}

export type Ports = {
  /** Where requests go. When absent, the kubeconfig says where, over HTTP. */
  readonly fetch?: Fetch
  stdout(text: string | Uint8Array): void
  stderr(text: string): void
  stdin(): Promise<string>
  /** The same as it comes in; what `stdin` has when absent. */
  input?(): AsyncIterable<Uint8Array>
  /** When standard input is one. */
  readonly terminal?: Terminal
  /** Where WebSockets go, beside `fetch`. */
  readonly socket?: OpenSocket
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Kubeconfigs to look for, in this order, when neither --kubeconfig nor KUBECONFIG names one. */
  readonly kubeconfigs: readonly string[]
  /** Milliseconds since the epoch, by the clock that the cluster's times are shown in. */
  now(): number
  wait(ms: number): Promise<void>
  /** Ctrl-C. */
  readonly signal: AbortSignal
}
