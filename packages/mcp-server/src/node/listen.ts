/**
 * The HTTP door: binds a server's `fetch` to a loopback port.
 *
 * A web page can reach a loopback port too, through a name that resolves there: Host and Origin must be this machine's.
 * Source: MCP specification, transports, security warning (DNS rebinding).
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { NodeIncomingMessageLike } from '@modelcontextprotocol/node'
import { MCP_PATH } from '../http/app.ts'

export type ListenOptions = {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Closes the door when it aborts. */
  readonly signal?: AbortSignal
}

export type Listening = { readonly url: string; readonly port: number; close(): Promise<void> }

/** `createHttpApp`, or any other fetch. */
export type App = { readonly fetch: (request: Request) => Promise<Response> }

const HOST = '127.0.0.1'

/**
 * @returns the URL to give to a host; `close` ends open connections too
 * @throws  Error saying what to do when the port is taken
 */
export async function listen(app: App, options: ListenOptions = {}): Promise<Listening> {
  const server = createServer(await guarded(app))
  const port = await bind(server, options.port ?? 0)
  const close = () => shut(server)
  options.signal?.addEventListener('abort', () => void close(), { once: true })
  if (options.signal?.aborted) await close()
  return { url: `http://${HOST}:${port}${MCP_PATH}`, port, close }
}

async function guarded(app: App): Promise<Parameters<typeof createServer>[1] & object> {
  // Loaded here, since a server on stdio does without.
  const { localhostHostValidation, localhostOriginValidation, toNodeHandler } =
    await import('@modelcontextprotocol/node')
  const hostIsLocal = localhostHostValidation()
  const originIsLocal = localhostOriginValidation()
  const handle = toNodeHandler(app)
  return (request, response) => {
    if (!hostIsLocal(request, response) || !originIsLocal(request, response)) return
    void handle(request as NodeIncomingMessageLike, response)
  }
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (fault: NodeJS.ErrnoException) => reject(explained(fault, port)))
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port))
  })
}

function explained(fault: NodeJS.ErrnoException, port: number): Error {
  if (fault.code === 'EADDRINUSE')
    return new Error(`port ${port} on ${HOST} is in use; stop what listens there, or choose another with --port`, {
      cause: fault,
    })
  if (fault.code === 'EACCES')
    return new Error(`port ${port} on ${HOST} is not open to this user; choose one above 1023 with --port`, {
      cause: fault,
    })
  return fault
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
