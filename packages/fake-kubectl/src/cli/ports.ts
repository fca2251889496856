/**
 * What the command line needs of the world: handed in, so that a test runs it in process and the bin as a process.
 */

/** One request, one answer, as the global fetch does it. */
export type Fetch = (request: Request) => Promise<Response>

export type Ports = {
  /** Where requests go. When absent, the kubeconfig says where, over HTTP. */
  readonly fetch?: Fetch
  stdout(text: string | Uint8Array): void
  stderr(text: string): void
  stdin(): Promise<string>
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
