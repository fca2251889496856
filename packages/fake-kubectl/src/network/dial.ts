/**
 * Connections inside the cluster: from a pod, or from the API server, to an address and a port. Whoever answers is a
 * `fetch`: a container's routes, or the API server itself.
 * Source: kube-proxy in iptables mode: REJECT where a Service has no endpoint, silence where it has no such port.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { at, type KubeObject } from '../api/meta.ts'
import { isOver } from '../api/pod-state.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { hashFraction } from '../clock/random.ts'
import { startOf } from '../containers/container.ts'
import { stageOf } from '../kubelet/pods/stage.ts'
import { asText, programIn } from '../monitoring/programs.ts'
import { podMetrics, scrapeOf } from '../monitoring/targets.ts'
import { endpointsOf, portsOf } from './endpoints.ts'
import { isAllowed } from './policies.ts'
import { serve, type Fetch, type PortRoutes, type RouteContext } from './routes.ts'

export type Dialled =
  | { readonly kind: 'connected'; readonly fetch: Fetch; readonly encrypted: boolean }
  /** Nobody listens there, and the machine says so. */
  | { readonly kind: 'refused' }
  /** Nothing comes back. */
  | { readonly kind: 'silent' }

const SILENT: Dialled = { kind: 'silent' }
const REFUSED: Dialled = { kind: 'refused' }

/** @param from the pod that dials; undefined for the API server */
export function dial(server: Server, from: Pod | undefined, address: string, port: number): Dialled {
  if (from && address.startsWith('127.')) return pod(server, from, port)
  const service = serviceAt(server, address)
  if (service) return behind(server, from, service, port)
  const here = (server.store.list(builtIn('pods')) as Pod[]).filter((it) => isAt(it, address))
  if (!isAllowed(server, from, { address, port, protocol: 'TCP', pod: here[0] })) return SILENT
  const listening = here.map((it) => pod(server, it, port)).find(({ kind }) => kind === 'connected')
  if (listening) return listening
  return onNode(server, from, address, port) ?? (here.length > 0 ? REFUSED : SILENT)
}

/** A port of a pod, as its own containers see it. */
export function pod(server: Server, target: Pod, port: number): Dialled {
  for (const container of target.spec.containers) {
    const isRunning = startOf(target, container.name) !== undefined
    const routes = isRunning ? routesOf(server, target, container)[String(port)] : undefined
    if (!routes) continue
    const fetch = serve(routes, context(server, target, container))
    return { kind: 'connected', encrypted: false, fetch: withMetrics(server, target, port, fetch) }
  }
  return REFUSED
}

/** An application that wants to be scraped tells of its requests, beside what it answers otherwise. */
function withMetrics(server: Server, target: Pod, port: number, fetch: Fetch): Fetch {
  const scraped = scrapeOf(target)
  if (scraped?.port !== port) return fetch
  return (request) => {
    if (new URL(request.url).pathname !== scraped.path) return fetch(request)
    server.counters.look(server)
    return Promise.resolve(asText(server, podMetrics(server, target)))
  }
}

/**
 * What a container answers as it runs now: what the world says, else what the stage of its image does, else the image,
 * else a word on each port that it declares, or, if it declares none, that its probes ask.
 */
export function routesOf(server: Server, { metadata, spec }: Pod, container: Container): PortRoutes {
  const kubelet = server.kubelets.get(spec.nodeName ?? '')
  const given = kubelet?.routes.get(`${metadata.uid}/${container.name}`)
  if (given) return given
  const profile = server.images.profile(container.image ?? '')
  const run = kubelet?.pods.get(metadata.uid ?? '')?.containers[container.name]?.run
  const stage = run && stageOf(profile, run)
  if (stage?.healthy === false) return {}
  const ports = stage?.ports ?? profile.ports
  return ports ?? Object.fromEntries(assumedPorts(container).map((port) => [String(port), GREETING]))
}

type Probed = { httpGet?: { port?: unknown }; tcpSocket?: { port?: unknown }; grpc?: { port?: unknown } }

/** An image that nobody knows is what the pod's author says it is. */
function assumedPorts(container: Container): unknown[] {
  const declared = (container['ports'] ?? []) as { containerPort: number; protocol?: string }[]
  if (declared.length > 0)
    return declared.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort)
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
    (field) => container[field] as Probed | undefined,
  )
  return probes.flatMap((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port ?? [])
}

const GREETING = { '/*': '{pod}\n' }

function context(server: Server, target: Pod, container: Container): RouteContext {
  const open = () => server.containers.open(server, target, container.name)
  return {
    value(key) {
      const { name, namespace } = target.metadata
      if (key === 'pod') return name
      if (key === 'namespace') return namespace
      return key.startsWith('env:') ? open()?.environment.find(([it]) => it === key.slice(4))?.[1] : undefined
    },
    file: (path) => {
      const files = open()?.files
      return files?.kindOf(path) === 'file' ? files.read(path) : undefined
    },
    sleep: (ms, signal) => server.clock.sleep(ms, signal),
    program: (name) => programIn(server, target, name),
  }
}

function isAt(pod: Pod, address: string): boolean {
  return pod.status.podIP === address && !isOver(pod)
}

function serviceAt(server: Server, address: string): KubeObject | undefined {
  return server.store.list(builtIn('services')).find((service) => at(service, 'spec.clusterIP') === address)
}

function behind(server: Server, from: Pod | undefined, service: KubeObject, port: number): Dialled {
  const asked = portsOf(service).find((it) => it.port === port && (it.protocol ?? 'TCP') === 'TCP')
  if (!asked) return SILENT
  const { namespace, name } = service.metadata
  if (namespace === 'default' && name === 'kubernetes') {
    const [address = '', at = port] = serverAddress(server, service)
    return isAllowed(server, from, { address, port: at, protocol: 'TCP' }) ? apiServer(server, from) : SILENT
  }
  return chosen(server, from, service, asked.name ?? '')
}

function chosen(server: Server, from: Pod | undefined, service: KubeObject, portName: string): Dialled {
  const ready = endpointsOf(server, service).filter((it) => it.ready && it.ports.has(portName))
  const turn = server.apiLog.length + server.containers.connections++
  const endpoint = ready[Math.floor(hashFraction(`${service.metadata.uid}/${turn}`) * ready.length)]
  return endpoint ? dial(server, from, endpoint.address, endpoint.ports.get(portName)!) : REFUSED
}

/** Where the API server itself listens, behind its Service: policies see that address. */
function serverAddress(server: Server, service: KubeObject): [string?, number?] {
  const [endpoint] = endpointsOf(server, service)
  return endpoint ? [endpoint.address, [...endpoint.ports.values()][0]!] : []
}

/** A caller from inside is known by its token, like any other. */
function apiServer(server: Server, from: Pod | undefined): Dialled {
  const address = from?.status.podIP ?? '127.0.0.1'
  return { kind: 'connected', encrypted: true, fetch: (request) => server.serve(request, { address, encrypted: true }) }
}

/** A node's address: NodePorts, and whatever uses the host's network. */
function onNode(server: Server, from: Pod | undefined, address: string, port: number): Dialled | undefined {
  if (![...server.kubelets.values()].some((kubelet) => kubelet.address === address)) return undefined
  const services = server.store.list(builtIn('services'))
  const service = services.find((it) => portsOf(it).some(({ nodePort }) => nodePort === port))
  const portName = service && (portsOf(service).find(({ nodePort }) => nodePort === port)?.name ?? '')
  return service && portName !== undefined ? chosen(server, from, service, portName) : REFUSED
}
