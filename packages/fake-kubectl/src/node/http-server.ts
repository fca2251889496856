/**
 * Node's HTTP server as a cluster needs it: HTTPS where there is an authority, patience for watches, none for callers that
 * do not finish what they began to say. Source of the limits: kube-apiserver's, apiserver/pkg/server/secure_serving.go.
 */
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http'
import https from 'node:https'
import type { CertificateAuthority } from './certificate.ts'

/** How long a caller may take to send its headers, and its whole request: 32 s and 60 s when absent. */
export type Limits = { readonly headersMs?: number; readonly requestMs?: number }

/** kube-apiserver's names and, first, those by which a client on this machine calls it. */
const NAMES = [
  'localhost',
  '127.0.0.1',
  '::1',
  '10.96.0.1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
]

const MAX_HEADER_BYTES = 2 ** 20
const IDLE_MS = 90_000
const HANDSHAKE_MS = 10_000
const KEEP_ALIVE_MS = 30_000 // finds peers that vanished without a word

export function createServer(
  { headersMs = 32_000, requestMs = 60_000 }: Limits = {},
  authority: CertificateAuthority | undefined,
  listener: RequestListener,
): Server {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: Math.min(headersMs, requestMs),
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(headersMs, 5000),
    keepAliveTimeout: IDLE_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    // Clients also offer h2c, and then expect a plain answer.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => /^(websocket|spdy)/i.test(headers.upgrade ?? ''),
  }
  if (!authority) return http.createServer(options, listener)
  const { certificate: cert, key } = authority.forServer([...NAMES, 'kubernetes.default.svc.cluster.local'])
  // Whoever shows no certificate, or a wrong one, still gets an answer: 401 or what an anonymous user may see.
  const verify = { requestCert: true, rejectUnauthorized: false, ca: [authority.certificate] }
  return https.createServer({ ...options, ...verify, cert, key, handshakeTimeout: HANDSHAKE_MS }, listener)
}

export function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (fault: NodeJS.ErrnoException) => reject(bindFault(fault, port, host)))
    server.listen(port, host, resolve)
  })
}

function bindFault(fault: NodeJS.ErrnoException, port: number, host: string): Error {
  switch (fault.code) {
    case 'EADDRINUSE':
      return new Error(
        `port ${port} on ${host} is in use; stop what listens there, or choose another port (0 takes any free one)`,
        { cause: fault },
      )
    case 'EACCES':
      return new Error(`port ${port} on ${host} may not be opened by this user; choose one above 1023`, {
        cause: fault,
      })
    default:
      return new Error(`cannot listen on ${host}:${port}: ${fault.message}`, { cause: fault })
  }
}

/** Ends watches and idle connections alike, so that nothing keeps the process alive. */
export function shut(server: Server, closing: AbortController): Promise<void> {
  closing.abort(new Error('the server is closing'))
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
