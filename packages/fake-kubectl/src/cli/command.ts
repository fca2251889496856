/**
 * What a command is, and what it is given to work with.
 */
import type { Client } from './client.ts'
import type { Discovery } from './discovery.ts'
import type { FlagRow, Flags } from './flags.ts'
import type { Connection } from './kubeconfig.ts'
import { readManifests, type Manifest } from './manifests.ts'
import type { OpenSocket, Ports } from './ports.ts'

export type Command = {
  readonly name: string
  readonly aliases?: readonly string[]
  /** One line for lists of commands. */
  readonly short: string
  /** What stands behind the name in a usage line. */
  readonly usage?: string
  readonly flags?: readonly FlagRow[]
  readonly commands?: readonly Command[]
  /** What a fault ends it with, where 1 means something else. */
  readonly faultExitCode?: number
  /** Why it is not here; then nothing else of it counts. */
  readonly declines?: string
  run?(context: Context): Promise<void>
}

export type Context = {
  /** `kubectl rollout status`. */
  readonly path: string
  readonly flags: Flags
  readonly args: readonly string[]
  readonly dashAt: number
  readonly ports: Ports
  /** Where the API is; reading the kubeconfig happens when this is first asked for. */
  readonly connection: Connection
  readonly client: Client
  readonly discovery: Discovery
  readonly socket: OpenSocket
  out(text: string): void
  err(text: string): void
}

/** The files of -f as manifests; undefined when there is no -f. */
export async function manifestsOf(context: Context): Promise<Manifest[] | undefined> {
  const { flags, connection } = context
  const files = flags.list('filename')
  if (files.length === 0) return undefined
  const { namespace, explicitNamespace } = connection
  return readManifests(context, files, { recursive: flags.on('recursive'), namespace, explicitNamespace })
}
