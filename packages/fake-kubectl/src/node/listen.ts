/**
 * Serves a cluster on this machine, over HTTPS with an authority of its own, and lets its clock run with real time. Times
 * in what is served are shifted so that virtual now is the client's now, since kubectl computes ages from its own clock.
 */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Cluster } from '../cluster.ts'
import { createCertificateAuthority } from './certificate.ts'
import { identified, type Credentials } from './credentials.ts'
import { bind, createServer, shut, type Limits } from './http-server.ts'
import { kubeconfig } from './kubeconfig.ts'
import { isLocal, LOOPBACK } from './local-only.ts'
import { coupleToRealTime, type RealTime } from './real-time.ts'
import { serve } from './serve.ts'
import { serveUpgrades } from './upgrade.ts'

export type ListenOptions = {
  /** Any free port when absent or 0. */
  port?: number
  /** `127.0.0.1` when absent; another name of this machine is all it may be. */
  host?: string
  /**
   * HTTPS unless `false`. Over plain HTTP clients send no credentials, and a caller without any is the cluster's
   * `anonymous` user: the admin, unless told otherwise.
   */
  tls?: boolean
  limits?: Limits
  /** Virtual seconds a real second: 1 when absent, 0 stands still. It can be changed while the cluster is served. */
  speed?: number
  /** Called before each request is looked at. */
  beforeEach?: () => void
  /** Closes the server when it aborts. */
  signal?: AbortSignal
}

export type Listening = {
  readonly url: string
  readonly port: number
  /** The authority's certificate, in PEM; absent over plain HTTP. */
  readonly ca?: string
  /** A kubeconfig, YAML text, for a user of this cluster. */
  kubeconfig(credentials?: Credentials): string
  /** The cluster's time: pause it, change its speed, jump ahead. */
  readonly time: Omit<RealTime, 'catchUp' | 'stop'>
  close(): Promise<void>
}

/** @throws RangeError for a host that is not loopback; Error, with what to do, when the port cannot be had */
export async function listen(cluster: Cluster, options: ListenOptions = {}): Promise<Listening> {
  const { port = 0, host = '127.0.0.1', tls = true, speed = 1, beforeEach, signal } = options
  if (!LOOPBACK.has(host)) {
    throw new RangeError(`host ${JSON.stringify(host)}: a cluster is served on loopback only; use 127.0.0.1`)
  }
  const closing = new AbortController()
  const time = coupleToRealTime(cluster.clock, { speed })
  const authority = tls ? createCertificateAuthority(new Date()) : undefined
  const catchUp = () => {
    time.catchUp()
    beforeEach?.()
  }
  const server = createServer(options.limits, authority, (message, response) => {
    if (!authority && !isLocal(message, response)) return
    catchUp()
    void serve(cluster, [message, response], closing.signal)
  })
  serveUpgrades(server, cluster, { catchUp, localOnly: !authority, closing: closing.signal })
  try {
    await bind(server, port, host)
  } catch (fault) {
    time.stop()
    throw fault
  }
  if (authority) cluster.publishRootCertificate(authority.certificate)
  const adminToken = randomBytes(16).toString('hex')
  cluster.tokens.set(adminToken, ADMIN)
  const close = () => {
    cluster.tokens.delete(adminToken)
    time.stop()
    return shut(server, closing)
  }
  signal?.addEventListener('abort', () => void close(), { once: true })
  if (signal?.aborted) await close()
  const bound = (server.address() as AddressInfo | null)?.port ?? port
  const url = `${tls ? 'https' : 'http'}://${host === '::1' ? '[::1]' : host}:${bound}`
  return {
    url,
    port: bound,
    ...(authority && { ca: authority.certificate }),
    kubeconfig: (credentials = {}) => kubeconfig({ url, ...identified(credentials, adminToken, authority) }),
    time,
    close,
  }
}

/** Whoever made the cluster may do everything. */
const ADMIN = { user: 'admin', uid: 'admin-uid', groups: ['system:masters'] }
