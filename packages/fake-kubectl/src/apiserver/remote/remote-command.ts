/**
 * `pods/exec` and `pods/attach`: who may, into which container, over what; then a session in it.
 * Source: pkg/registry/core/pod/rest/subresources.go; apiserver/pkg/util/proxy/streamtranslator.go; the kubelet's streaming
 * server. With v5 the API server upgrades first and tells later what the kubelet said; else the kubelet itself answers.
 */
import { internal } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import type { ToyContainer } from '../../containers/container.ts'
import { exec } from '../../containers/exec.ts'
import { EXIT, type Terminal } from '../../containers/process.ts'
import { attach } from './attach.ts'
import { channels, V4, V5, type Channels } from './channels.ts'
import { connectedPod, containerName, hostOf, kubeletHost } from './pod-container.ts'
import { isTrue } from '../request-info.ts'
import type { ResourceCall } from '../server.ts'
import { runSession, type Wanted, type Work } from './session.ts'
import { spdyChannels } from './spdy-channels.ts'
import { negotiated, upgraded, type Upgrade, type Wire } from './upgrade.ts'

const SPOKEN = { websocket: [V5, V4], spdy: [V4] }

export function podExec(call: ResourceCall): Promise<Response> {
  const command = call.url.searchParams.getAll('command')
  return remoteCommand(call, 'exec', async (container, { streams, terminal, signal }) => {
    const outcome = await exec(container, command, { ...streams, terminal, signal })
    if (signal.aborted) return EXIT.killed
    return typeof outcome === 'number' ? outcome : `error executing command in container: ${outcome}`
  })
}

export function podAttach(call: ResourceCall): Promise<Response> {
  return remoteCommand(call, 'attach', attach)
}

async function remoteCommand(call: ResourceCall, verb: 'exec' | 'attach', work: Work): Promise<Response> {
  const pod = connectedPod(call)
  const name = containerName(call, pod)
  const kubelet = hostOf(call, pod)
  const chosen = negotiated(call, SPOKEN)
  const wanted = wantedIn(call)
  if (kubelet?.state !== 'up' && chosen.protocol !== V5)
    throw internal(`error dialing backend: ${refusedBy(call, pod)}`)
  if (kubelet?.state === 'up') await call.server.clock.sleep(kubelet.latencyMs, call.request.signal)
  const found = kubelet?.state === 'up' ? locate(call, pod, name, wanted) : unreachable(call, pod, `${verb}/${name}`)
  if (typeof found === 'string' && chosen.protocol !== V5) return kubeletError(found)
  return upgraded(call, chosen, (wire, signal) => {
    const terminal = wanted.tty ? { rows: 24, columns: 80, interrupted: false, interrupt: () => {} } : undefined
    const open = opened(chosen, wire, wanted, terminal)
    if (typeof found === 'string') open.end(internal(`unable to upgrade connection: ${found}`).status)
    else void runSession(open, { container: found, wanted, terminal, signal, wrapped: chosen.protocol === V5 }, work)
    return (message) => open.receive(message)
  })
}

function wantedIn({ url }: ResourceCall): Wanted {
  const asks = (name: string) => isTrue(url.searchParams.get(name))
  return { stdin: asks('stdin'), stdout: asks('stdout'), stderr: asks('stderr'), tty: asks('tty') }
}

function opened(
  { transport }: Pick<Upgrade, 'transport'>,
  wire: Wire,
  { stdin, stdout, stderr, tty }: Wanted,
  terminal: Terminal | undefined,
): Channels {
  const resized = (size: { rows: number; columns: number }) => void (terminal && Object.assign(terminal, size))
  if (transport === 'websocket') return channels(wire, resized)
  const asked = { stdin, stdout, stderr: stderr && !tty, resize: tty }
  const names = Object.entries(asked).flatMap(([name, wants]) => (wants ? [name] : []))
  return spdyChannels(wire, names, resized)
}

/** The running container, or what the kubelet says when there is none. */
function locate(
  { server }: ResourceCall,
  pod: Pod,
  name: string,
  { stdin, stdout, stderr }: Wanted,
): ToyContainer | string {
  if (!stdin && !stdout && !stderr) return 'you must specify at least 1 of stdin, stdout, stderr'
  return server.containers.open(server, pod, name) ?? `container not found ("${name}")`
}

function unreachable(call: ResourceCall, pod: Pod, what: string): string {
  const [verb, container] = what.split('/')
  const { namespace, name } = pod.metadata
  const host = kubeletHost(call.server.kubelets.get(pod.spec.nodeName ?? ''), pod)
  return `error sending request: Post "https://${host}/${verb}/${namespace}/${name}/${container}": ${refusedBy(call, pod)}`
}

function refusedBy({ server }: ResourceCall, pod: Pod): string {
  return `dial tcp ${kubeletHost(server.kubelets.get(pod.spec.nodeName ?? ''), pod)}: connect: connection refused`
}

/** The kubelet's own words, handed through. */
function kubeletError(why: string): Response {
  return new Response(`${why}\n`, { status: 500, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
