/**
 * `kubectl port-forward`: connections to a port here, made in a pod. Source: kubectl/pkg/cmd/portforward,
 * client-go/tools/portforward. The channels are those of `v4.channel.k8s.io`: data and errors of each port.
 */
import { createServer, type AddressInfo, type Server, type Socket as Connection } from 'node:net'
import { openSocket } from '../channels.ts'
import type { Command, Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import type { Wire } from '../wire.ts'
import { podAndOwner } from './exec.ts'

const PROTOCOL = 'v4.channel.k8s.io'
const PORT_BYTES = 2
const MAX_PORT = 65_535

type Forward = { readonly local: number; readonly remote: number }

export const portForward: Command = {
  name: 'port-forward',
  short: 'Forward one or more local ports to a pod',
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  flags: [
    ['address', '', 'strings', 'localhost', 'Addresses to listen on: localhost, or IP addresses.'],
    ['pod-running-timeout', '', 'duration', '1m0s', 'How long to wait for a pod.'],
  ],
  async run(context) {
    const { args, path, ports, flags } = context
    if (args.length < 2) {
      throw new CliFault(
        `TYPE/NAME and list of ports are required for port-forward\nSee '${path} -h' for help and examples`,
      )
    }
    const { pod, owner } = await podAndOwner(context, args[0]!)
    const named = args.slice(1).map((text) => numbered(text, pod, owner))
    if (pod.status?.phase !== 'Running') {
      throw new CliFault(`unable to forward port because pod is not running. Current status=${pod.status?.phase}`)
    }
    const forwards = named.map(forwardOf)
    const addresses = flags.list('address').length === 0 ? ['localhost'] : flags.list('address')
    const servers: Server[] = []
    for (const forward of forwards) servers.push(...(await listenOn(context, pod, forward, addresses)))
    await new Promise<void>((resolve) => {
      if (ports.signal.aborted) resolve()
      ports.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    for (const server of servers) server.close()
  },
}

/** `8080:80`, `8080`, `:80`, `8080:http`: as numbers. A Service's port becomes that of the pod behind it. */
function numbered(text: string, pod: Wire, owner: Wire): string {
  const parts = text.split(':')
  const [first = '', second = first] = parts.length === 2 ? parts : parts.slice(0, 1)
  if (second === '') throw new CliFault('remote port cannot be empty')
  const remote = owner.kind === 'Service' ? behindService(second, owner, pod) : ofPod(second, pod)
  if (parts.length === 2) return `${first}:${remote}`
  const local = owner.kind === 'Service' && !/^\d+$/.test(first) ? servicePort(first, owner) : first
  return `${/^\d+$/.test(String(local)) ? local : remote}:${remote}`
}

function forwardOf(text: string): Forward {
  const [first = '', second = first, ...more] = text.split(':')
  if (more.length > 0) throw new CliFault(`invalid port format '${text}'`)
  const local = portNumber('local', first === '' ? '0' : first)
  const remote = portNumber('remote', second)
  if (remote === 0) throw new CliFault('remote port must be > 0')
  return { local, remote }
}

function portNumber(side: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MAX_PORT) return Number(text)
  const why = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax'
  throw new CliFault(`error parsing ${side} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`)
}

function ofPod(text: string, { metadata, spec }: Wire): number {
  if (/^\d+$/.test(text)) return Number(text)
  const found = spec.containers.flatMap(({ ports = [] }: Wire) => ports).find(({ name }: Wire) => name === text)
  if (found) return found.containerPort
  throw new CliFault(`Pod '${metadata.name}' does not have a named port '${text}'`)
}

function servicePort(text: string, { metadata, spec }: Wire): number {
  const found = (spec.ports ?? []).find(({ name }: Wire) => name === text)
  if (found) return found.port
  throw new CliFault(`Service '${metadata.name}' does not have a named port '${text}'`)
}

function behindService(text: string, service: Wire, pod: Wire): number {
  const port = /^\d+$/.test(text) ? Number(text) : servicePort(text, service)
  const found = (service.spec.ports ?? []).find((each: Wire) => each.port === port)
  if (!found) throw new CliFault(`Service ${service.metadata.name} does not have a service port ${port}`)
  if (service.spec.clusterIP === 'None') return port
  return ofPod(String(found.targetPort ?? port), pod)
}

async function listenOn(
  context: Context,
  pod: Wire,
  forward: Forward,
  addresses: readonly string[],
): Promise<Server[]> {
  const hosts = addresses.flatMap((address) => (address === 'localhost' ? ['127.0.0.1', '::1'] : [address]))
  const servers: Server[] = []
  let { local } = forward
  for (const host of hosts) {
    try {
      const server = await listening(host, local)
      local = (server.address() as AddressInfo).port
      server.on('connection', (connection) => void handle(context, pod, { ...forward, local }, connection))
      context.out(`Forwarding from ${host.includes(':') ? `[${host}]` : host}:${local} -> ${forward.remote}\n`)
      servers.push(server)
    } catch {
      // A machine without IPv6 has one address less.
    }
  }
  if (servers.length > 0) return servers
  const reasons = hosts.map((host) => {
    const [net, shown] = host.includes(':') ? ['tcp6', `[${host}]`] : ['tcp4', host]
    return `unable to create listener: Error listen ${net} ${shown}:${local}: bind: address already in use`
  })
  context.err(
    `Unable to listen on port ${local}: Listeners failed to create with the following errors: [${reasons.join(' ')}]\n`,
  )
  throw new CliFault(`unable to listen on any of the requested ports: [{${forward.local} ${forward.remote}}]`)
}

function listening(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    // What the client has sent waits until there is somebody to hear it.
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true })
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: host.includes(':') }, () => resolve(server))
  })
}

async function handle(context: Context, pod: Wire, { local, remote }: Forward, connection: Connection): Promise<void> {
  context.out(`Handling connection for ${local}\n`)
  connection.on('error', () => connection.destroy())
  const failed = (why: string): void => {
    context.err(`an error occurred forwarding ${local} -> ${remote}: ${why}\n`)
    connection.destroy()
  }
  try {
    const query = new URLSearchParams({ ports: String(remote) })
    const socket = await openSocket(context, pod, { subresource: 'portforward', query, protocols: PROTOCOL })
    connection.on('data', (chunk: Buffer) => socket.send(Buffer.concat([Buffer.of(0), chunk])))
    connection.on('close', () => socket.close())
    connection.resume()
    // The first message of a channel is the port it stands for.
    const greeted = new Set<number>()
    for await (const [channel = 0, ...bytes] of socket.messages) {
      if (!greeted.has(channel) && bytes.length === PORT_BYTES) greeted.add(channel)
      else if (channel === 0) connection.write(Buffer.from(bytes))
      else failed(Buffer.from(bytes).toString())
    }
    connection.end()
  } catch (fault) {
    failed((fault as Error).message)
  }
}
