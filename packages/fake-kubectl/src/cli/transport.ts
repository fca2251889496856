/**
 * A fetch for one Connection, over Node's own HTTP and HTTPS: the global fetch cannot be given a CA or a client
 * certificate. It knows no Kubernetes beyond the headers that say who asks.
 */
import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { ConnectionFault } from './errors.ts'
import type { Connection } from './kubeconfig.ts'
import type { Fetch } from './ports.ts'

export function overHttp(connection: Connection): Fetch {
  const secure = connection.server.startsWith('https:')
  const { request } = secure ? https : http
  const agent = new (secure ? https : http).Agent({ keepAlive: true })
  const { ca, cert, key, serverName, insecure } = connection
  const tls = { ca, cert, key, rejectUnauthorized: !insecure, ...(serverName && { servername: serverName }) }
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

/** A fetch that says who asks, for a cluster in this process. There, one header holds all groups, and quotes tell them apart. */
export function identified(fetch: Fetch, connection: Connection): Fetch {
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
