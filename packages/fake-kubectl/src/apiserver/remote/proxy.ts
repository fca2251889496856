/**
 * `pods/proxy` and `services/proxy`: a request handed through to what a container serves, and what comes back, or why
 * nothing does.
 * Source: pkg/registry/core/pod/strategy.go and service/storage/storage.go ResourceLocation; apimachinery/pkg/util/proxy.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { badRequest, notFound, serviceUnavailable } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import { hashFraction } from '../../clock/random.ts'
import { dial } from '../../network/dial.ts'
import { endpointsOf, portsOf } from '../../network/endpoints.ts'
import type { ResourceCall } from '../server.ts'

type Location = { readonly scheme: string; readonly address: string; readonly port: string }

/** `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`. */
const TARGET = /^(?:(https?|):)?([^:]+)(?::([^:]*))?$/
/** Between the API server and a container nobody waits longer: the proxy's own dial timeout. */
const DIAL_TIMEOUT_MS = 30_000
/** Of the connection, not of the request. */
const HOP_BY_HOP = [
  'authorization',
  'connection',
  'upgrade',
  'keep-alive',
  'te',
  'transfer-encoding',
  'content-length',
  'host',
]

export function podProxy(call: ResourceCall): Promise<Response> | Response {
  const { scheme, name, port } = target(call, 'pod')
  const pod = call.server.store.get(call.type, call.info.namespace, name) as Pod
  const declared = pod.spec.containers.flatMap((it) => (it['ports'] ?? []) as { containerPort: number }[])[0]
  const address = pod.status.podIP
  if (!address) throw badRequest('address not allowed')
  const fallback = declared ? String(declared.containerPort) : scheme === 'https' ? '443' : '80'
  return forward(call, { scheme, address, port: port || fallback })
}

export function serviceProxy(call: ResourceCall): Promise<Response> | Response {
  const { scheme, name, port } = target(call, 'service')
  const { store } = call.server
  const service = store.find(call.type, call.info.namespace, name)
  if (!service) throw notFound(/^\d+$/.test(port) ? call.type : builtIn('endpoints'), name)
  const numbered = portsOf(service).find((it) => String(it.port) === port)
  if (/^\d+$/.test(port) && !numbered) throw serviceUnavailable(`no service port ${port} found for service "${name}"`)
  const portName = numbered ? (numbered.name ?? '') : port
  const all = endpointsOf(call.server, service)
  if (all.length === 0) throw serviceUnavailable(`no endpoints available for service "${name}"`)
  const ready = all.filter((it) => it.ready && it.ports.has(portName))
  const endpoint =
    ready[Math.floor(hashFraction(`${service.metadata.uid}/${call.server.apiLog.length}`) * ready.length)]
  if (!endpoint) throw serviceUnavailable(`no endpoints available for service "${call.info.name}"`)
  return forward(call, { scheme, address: endpoint.address, port: String(endpoint.ports.get(portName)) })
}

function target({ info }: ResourceCall, what: string): { scheme: string; name: string; port: string } {
  const [, scheme = '', name, port = ''] = TARGET.exec(info.name) ?? []
  if (name === undefined) throw badRequest(`invalid ${what} request "${info.name}"`)
  return { scheme: scheme || 'http', name, port }
}

async function forward(call: ResourceCall, location: Location): Promise<Response> {
  const { url, request, info, server } = call
  if (info.rest === '' && !url.pathname.endsWith('/') && ['GET', 'HEAD'].includes(request.method))
    return new Response(null, { status: 301, headers: { location: `${url.pathname}/${url.search}` } })
  const { scheme, address, port } = location
  if (!/^\d+$/.test(port)) throw unreachable(`dial tcp: lookup tcp/${port}: unknown port`)
  const dialled = dial(server, undefined, address, Number(port))
  if (dialled.kind === 'refused') throw unreachable(`dial tcp ${address}:${port}: connect: connection refused`)
  if (dialled.kind === 'silent') {
    await server.clock.sleep(DIAL_TIMEOUT_MS, request.signal)
    throw unreachable(`dial tcp ${address}:${port}: i/o timeout`)
  }
  if (scheme === 'https' && !dialled.encrypted) throw unreachable('http: server gave HTTP response to HTTPS client')
  return relocated(call, await dialled.fetch(handedOn(call, location)))
}

function unreachable(why: string): Error {
  return serviceUnavailable(`error trying to reach service: ${why}`)
}

/** The container sees the path after `proxy`, and who asked before it was handed on. */
function handedOn({ request, url, info }: ResourceCall, { scheme, address, port }: Location): Request {
  const headers = new Headers([...request.headers].filter(([name]) => !HOP_BY_HOP.includes(name)))
  headers.set('x-forwarded-uri', url.pathname)
  headers.set('x-forwarded-host', url.host)
  headers.set('x-forwarded-proto', url.protocol.slice(0, -1))
  const { method, body, signal } = request
  const there = new URL(`${scheme}://${address}:${port}/${encodeURI(info.rest)}${url.search}`)
  return new Request(there, { method, headers, signal, ...(body && { body, duplex: 'half' }) } as RequestInit)
}

/** A redirect leads through the proxy, too. */
function relocated({ url, info }: ResourceCall, response: Response): Response {
  const location = response.headers.get('location')
  const headers = new Headers(response.headers)
  const base = url.pathname.slice(0, url.pathname.length - info.rest.length).replace(/\/?$/, '')
  if (location?.startsWith('/')) headers.set('location', base + location)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
