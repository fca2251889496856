/**
 * A fetch for one Connection, over Node's own HTTP and HTTPS: the global fetch cannot be given a CA or a client
 * certificate. It knows no Kubernetes beyond the headers that say who asks.
 */
import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { ConnectionFault } from './errors.ts'
import type { Connection } from './kubeconfig.ts'
import { MessageQueue } from './message-queue.ts'
import type { Fetch, OpenSocket } from './ports.ts'

export function overHttp(connection: Connection): Fetch {
  const secure = connection.server.startsWith('https:')
  const { request } = secure ? https : http
  const agent = new (secure ? https : http).Agent({ keepAlive: true })
  const tls = tlsOf(connection)
  const identity = Object.fromEntries(identityHeaders(connection))
  return async (asked) => {
    const body = asked.body === null ? undefined : Buffer.from(await asked.arrayBuffer())
    const headers = {
      ...Object.fromEntries(asked.headers),
      ...identity,
      ...(body && { 'content-length': body.length }),
    }
    const options = { method: asked.method, headers, agent, signal: asked.signal, ...(secure && tls) }
    return new Promise((resolve, reject) => {
      const sent = request(asked.url, options, (message) => resolve(responseOf(message)))
      sent.on('error', (fault) => reject(connectionFault(fault, connection, asked.signal)))
      sent.end(body)
    })
  }
}

function tlsOf({ ca, cert, key, serverName, insecure }: Connection): https.RequestOptions {
  return { ca, cert, key, rejectUnauthorized: !insecure, ...(serverName && { servername: serverName }) }
}

/** WebSockets by the package `ws`: Node's own takes neither headers nor certificates. */
export function socketOverHttp(connection: Connection): OpenSocket {
  return async (asked) => {
    const { WebSocket } = await import('ws')
    const { 'sec-websocket-protocol': protocols = '', ...headers } = Object.fromEntries(asked.headers)
    const identity = Object.fromEntries(identityHeaders(connection))
    const client = new WebSocket(asked.url.replace(/^http/, 'ws'), protocols.split(', '), {
      headers: { ...headers, ...identity } as Record<string, string>,
      perMessageDeflate: false,
      ...(connection.server.startsWith('https:') && tlsOf(connection)),
    })
    return new Promise((resolve, reject) => {
      client.on('unexpected-response', (_, message) => resolve(responseOf(message)))
      client.on('error', (fault) => reject(connectionFault(fault, connection, asked.signal)))
      client.on('open', () => {
        const messages = new MessageQueue()
        client.on('message', (data: Buffer) => messages.push(data))
        client.on('close', () => messages.end())
        resolve({
          protocol: client.protocol,
          send: (message) => client.send(message),
          close: () => client.close(1000),
          messages,
        })
      })
    })
  }
}

/** A fetch that says who asks, for a cluster in this process. There, one header holds all groups, and quotes tell them apart. */
export function identified<Answer>(
  fetch: (request: Request) => Promise<Answer>,
  connection: Connection,
): (request: Request) => Promise<Answer> {
  return (request) => {
    const headers = new Headers(request.headers)
    for (const [name, value] of identityHeaders(connection)) {
      for (const each of [value].flat()) headers.append(name, /[",]/.test(each) ? JSON.stringify(each) : each)
    }
    return fetch(new Request(request, { headers }))
  }
}

/** Who asks, as headers. Over plain HTTP kubectl sends no credentials, only whom to act as. */
function identityHeaders({ server, token, basic, impersonate }: Connection): [string, string | string[]][] {
  const secure = server.startsWith('https:')
  const credentials = token ? `Bearer ${token}` : basic && `Basic ${basic}`
  const headers: [string, string | string[]][] = []
  if (secure && credentials) headers.push(['authorization', credentials])
  if (impersonate.user) headers.push(['impersonate-user', impersonate.user])
  if (impersonate.uid) headers.push(['impersonate-uid', impersonate.uid])
  if (impersonate.groups.length > 0) headers.push(['impersonate-group', [...impersonate.groups]])
  for (const extra of impersonate.extra) {
    const [name = '', value = ''] = extra.split(/=(.*)/s)
    headers.push([`impersonate-extra-${encodeURIComponent(name.toLowerCase())}`, value])
  }
  return headers
}

function responseOf(message: http.IncomingMessage): Response {
  const status = message.statusCode ?? 502
  const headers = new Headers()
  for (let i = 0; i < message.rawHeaders.length; i += 2)
    headers.append(message.rawHeaders[i]!, message.rawHeaders[i + 1]!)
  const body = [204, 205, 304].includes(status) ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>)
  if (body === null) message.resume()
  return new Response(body, { status, headers })
}

function connectionFault(fault: NodeJS.ErrnoException, { server }: Connection, signal: AbortSignal): Error {
  if (signal.aborted) return signal.reason as Error
  if (fault.code === 'ECONNREFUSED') return new ConnectionFault(fault.message, new URL(server).host)
  if (fault.code === 'ENOTFOUND')
    return new ConnectionFault(`dial tcp: lookup ${new URL(server).hostname}: no such host`)
  if (/CERT|SIGNED|ISSUER/.test(fault.code ?? '')) {
    return new ConnectionFault('tls: failed to verify certificate: x509: certificate signed by unknown authority')
  }
  return new ConnectionFault(fault.code === 'ECONNRESET' ? 'EOF' : fault.message)
}
