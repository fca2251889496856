/**
 * `pods/portforward`: bytes to and from the ports of a pod. Two ways to carry them: a pair of channels for each port, or
 * SPDY/3.1, in a WebSocket or bare, with a pair of streams for each connection, as kubectl does it.
 * Source: k8s.io/cri-streaming portforward websocket.go and httpstream.go; apiserver/pkg/util/proxy/streamtunnel.go.
 */
import { badRequest, internal } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import { hashHex } from '../../clock/random.ts'
import { bytesOf } from '../../containers/pipe.ts'
import { pod as dialPod } from '../../network/dial.ts'
import { serveHttp, type HttpConnection, type HttpPeer } from '../../network/http.ts'
import { SpdySession, type SpdyStream } from '../../network/spdy.ts'
import { framed, V4, V5 } from './channels.ts'
import { whenEnded } from './container-life.ts'
import { connectedPod, hostOf, kubeletHost } from './pod-container.ts'
import type { ResourceCall, Server } from '../server.ts'
import { negotiated, upgraded, type Wire } from './upgrade.ts'

const TUNNEL = 'SPDY/3.1+portforward.k8s.io'
const SPOKEN = { websocket: [TUNNEL, V4, V5], spdy: ['portforward.k8s.io'] }

export async function podPortForward(call: ResourceCall): Promise<Response> {
  const pod = connectedPod(call)
  const kubelet = hostOf(call, pod)
  const chosen = negotiated(call, SPOKEN)
  const tunnelled = chosen.transport === 'spdy' || chosen.protocol === TUNNEL
  const ports = tunnelled ? [] : portsIn(call)
  if (kubelet?.state !== 'up')
    throw internal(`error dialing backend: dial tcp ${kubeletHost(kubelet, pod)}: connect: connection refused`)
  await call.server.clock.sleep(kubelet.latencyMs, call.request.signal)
  return upgraded(call, chosen, (wire, signal) => {
    // A pod that goes takes its connections along.
    const stop = whenEnded(call.server, pod, pod.spec.containers[0]!.name, () => wire.close())
    signal.addEventListener('abort', stop, { once: true })
    return tunnelled ? tunnel(call.server, pod, wire, signal) : pairs(call.server, pod, { ports, wire, signal })
  })
}

/** @throws ApiError 400 without a port, or for one that is none */
function portsIn({ url }: ResourceCall): number[] {
  const texts = url.searchParams.getAll('ports').flatMap((text) => text.split(','))
  if (texts.length === 0) throw badRequest('you must specify at least one port')
  const wrong = texts.find((text) => !/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
  if (wrong !== undefined)
    throw badRequest(`invalid value for ports: strconv.ParseInt: parsing ${JSON.stringify(wrong)}: invalid syntax`)
  return texts.map(Number)
}

/** One connection for each port: channel 2i its bytes, 2i+1 what went wrong. Both begin with the port's number. */
function pairs(
  server: Server,
  pod: Pod,
  { ports, wire, signal }: { ports: readonly number[]; wire: Wire; signal: AbortSignal },
): (message: Uint8Array) => void {
  const connections = ports.map((port, i) => {
    const number = Uint8Array.from([port & 255, port >> 8])
    wire.send(framed(2 * i, number))
    wire.send(framed(2 * i + 1, number))
    const peer = { signal, send: (bytes: Uint8Array) => wire.send(framed(2 * i, bytes)), close: () => wire.close() }
    return connected(server, pod, port, peer, (why) => {
      wire.send(framed(2 * i + 1, bytesOf(why)))
      wire.close()
    })
  })
  return (message) => {
    const connection = message[0]! % 2 === 0 ? connections[message[0]! / 2] : undefined
    connection?.receive(message.slice(1))
  }
}

/** @returns undefined when nobody listens there, which `failed` is told */
function connected(
  server: Server,
  pod: Pod,
  port: number,
  peer: HttpPeer,
  failed: (why: string) => void,
): HttpConnection | undefined {
  const answer = dialPod(server, pod, port)
  if (answer.kind === 'connected') return serveHttp(answer.fetch, peer)
  failed(refusedText(pod, port))
  return undefined
}

/** In the kubelet's and the runtime's words; sandboxes and namespaces have names of their own. */
function refusedText(pod: Pod, port: number): string {
  const hex = hashHex(`${pod.metadata.uid}/sandbox`, 64)
  const inside = `/var/run/netns/cni-${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
  return `error forwarding port ${port} to pod ${hex}, uid : failed to execute portforward in network namespace "${inside}": failed to connect to localhost:${port} inside namespace "${hex}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found `
}

/** kubectl opens an error stream and then a data stream for each connection it takes; their requestID joins them. */
function tunnel(server: Server, pod: Pod, wire: Wire, signal: AbortSignal): (message: Uint8Array) => void {
  const errors = new Map<string, SpdyStream>()
  const session = new SpdySession({ send: (bytes) => wire.send(bytes), close: () => wire.close() }, (stream) => {
    const { headers } = stream
    const id = headers.get('requestid') ?? ''
    if (headers.get('streamtype') === 'error') {
      errors.set(id, stream)
      return { receive: () => {}, end: () => {} }
    }
    const error = errors.get(id)
    errors.delete(id)
    const gone = new AbortController()
    const close = () => {
      stream.end()
      error?.end()
      gone.abort(new Error('the connection is closed'))
    }
    const peer = {
      signal: AbortSignal.any([signal, gone.signal]),
      send: (bytes: Uint8Array) => stream.send(bytes),
      close,
    }
    return connected(server, pod, Number(headers.get('port')), peer, (why) => {
      error?.send(bytesOf(why))
      close()
    })
  })
  return (message) => session.receive(message)
}
