/**
 * `nodes/proxy`: a request handed through to the kubelet behind a node, and what comes back, or why nothing does.
 * Source: pkg/registry/core/node/strategy.go ResourceLocation; apimachinery/pkg/util/proxy/transport.go; kubelet server.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { ApiError, badRequest, notFound, serviceUnavailable } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import { KUBELET_PORT, type Kubelet } from '../../kubelet/kubelet.ts'
import { summary } from '../../kubelet/summary.ts'
import { cadvisorMetrics } from '../../metrics/cadvisor.ts'
import { asText } from '../../monitoring/programs.ts'
import type { ResourceCall, Server } from '../server.ts'
import { shiftTimes } from '../encoding/shown-time.ts'

/** `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`. */
const TARGET = /^(?:(https?):)?([^:]+)(?::(\d+))?$/

export async function nodeProxy(call: ResourceCall): Promise<Response> {
  const { server, request, info } = call
  const kubelet = target(call)
  if (kubelet.state === 'down') throw unreachable(kubelet)
  await server.clock.sleep(kubelet.latencyMs, request.signal)
  // It may have gone down while the request was under way.
  if ((kubelet.state as string) === 'down') throw unreachable(kubelet)
  const answer = PATHS.get(info.rest.replace(/\/$/, ''))
  return answer?.(server, kubelet, request) ?? text('404 page not found\n', 404)
}

/** What the kubelet's own server answers. */
const PATHS: ReadonlyMap<string, (server: Server, kubelet: Kubelet, request: Request) => Response> = new Map([
  ['healthz', () => text('ok', 200)],
  ['stats/summary', stats],
  ['metrics/cadvisor', (server, kubelet) => metrics(server, kubelet)],
])

function metrics(server: Server, kubelet: Kubelet): Response {
  server.counters.look(server)
  return asText(server, cadvisorMetrics(server, kubelet))
}

function stats(server: Server, kubelet: Kubelet, { method }: Request): Response {
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return text('405: Method Not Allowed', 405)
  const { clock } = server
  server.counters.look(server)
  const body = shiftTimes(summary(server, kubelet, podsOn(server, kubelet)), clock.shownOffsetMs)
  return new Response(JSON.stringify(body, null, 1), { headers: { 'content-type': 'application/json' } })
}

function target({ server, type, info }: ResourceCall): Kubelet {
  const [, , name = '', port] = TARGET.exec(info.name) ?? []
  if (name === '') throw badRequest(`invalid node request "${info.name}"`)
  const node = server.store.find(type, '', name)
  if (!node) throw notFound(type, name)
  const kubelet = server.kubelets.get(name)
  if (!kubelet) throw new ApiError(500, 'InternalError', 'no preferred addresses found; known addresses: []')
  if (port !== undefined && Number(port) !== KUBELET_PORT) throw unreachable(kubelet, Number(port))
  return kubelet
}

function unreachable({ address }: Kubelet, port = KUBELET_PORT): ApiError {
  return serviceUnavailable(`error trying to reach service: dial tcp ${address}:${port}: connect: connection refused`)
}

function podsOn({ store }: Server, { nodeName }: Kubelet): Pod[] {
  return (store.list(builtIn('pods')) as Pod[]).filter(({ spec }) => spec.nodeName === nodeName)
}

function text(body: string, code: number): Response {
  return new Response(body, { status: code, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
