/**
 * The HTTP door: binds a server's `fetch` to a loopback port.
 *
 * A web page can reach a loopback port too, through a name that resolves there: Host and Origin must be this machine's.
 * Source: MCP specification, transports, security warning (DNS rebinding).
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
  type NodeIncomingMessageLike,
} from '@modelcontextprotocol/node'
import type { McpServer } from '../server.ts'

export type ListenOptions = {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Closes the door when it aborts. */
  readonly signal?: AbortSignal
}

export type Listening = { readonly url: string; readonly port: number; close(): Promise<void> }

const HOST = '127.0.0.1'
const PATH = '/mcp'

/**
 * @returns the URL to give to a host; `close` ends open connections too
 * @throws  Error saying what to do when the port is taken
 */
export async function listen(mcp: Pick<McpServer, 'fetch'>, options: ListenOptions = {}): Promise<Listening> {
  const server = createServer(guarded(mcp))
  const port = await bind(server, options.port ?? 0)
  const close = () => shut(server)
  options.signal?.addEventListener('abort', () => void close(), { once: true })
  if (options.signal?.aborted) await close()
  return { url: `http://${HOST}:${port}${PATH}`, port, close }
}

function guarded(mcp: Pick<McpServer, 'fetch'>): Parameters<typeof createServer>[1] & object {
  const hostIsLocal = localhostHostValidation()
  const originIsLocal = localhostOriginValidation()
  const handle = toNodeHandler(mcp)
  return (request, response) => {
    if (!hostIsLocal(request, response) || !originIsLocal(request, response)) return
    if (request.url?.split('?', 1)[0] !== PATH) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(`nothing here; the MCP endpoint is ${PATH}\n`)
      return
    }
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
