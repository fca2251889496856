/**
 * `pods/exec` and `pods/attach`: a process in a container, its streams on the channels of a WebSocket.
 * Source: pkg/registry/core/pod/rest/subresources.go; apiserver/pkg/util/proxy/streamtranslator.go; the kubelet's streaming
 * server. With v5 the API server upgrades first and tells later what the kubelet said; with v4 the kubelet itself answers.
 */
import { internal, type Status } from '../api/status.ts'
import type { Pod } from '../api/types.ts'
import { exec } from '../containers/exec.ts'
import { bytesOf } from '../containers/pipe.ts'
import type { Terminal } from '../containers/process.ts'
import { firstProcess } from '../containers/proc.ts'
import type { ToyContainer } from '../containers/runtime.ts'
import { terminalOutput, TerminalInput } from '../containers/tty.ts'
import { onEachLine } from '../kubelet/logs.ts'
import { channels, V4, V5, type Channels } from './channels.ts'
import { whenEnded } from './container-life.ts'
import { connectedPod, containerName, hostOf, kubeletHost } from './pod-container.ts'
import { isTrue } from './request-info.ts'
import type { ResourceCall } from './server.ts'
import { negotiated, upgraded } from './upgrade.ts'

/** The streams a client wants. */
type Wanted = { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean; readonly tty: boolean }
type Session = {
  readonly streams: Omit<Channels, 'end' | 'receive'>
  readonly terminal: Terminal | undefined
  readonly signal: AbortSignal
}
/** Does its work in the container. @returns an exit code, or what went wrong */
type Work = (container: ToyContainer, session: Session) => Promise<number | string>

export function podExec(call: ResourceCall): Promise<Response> {
  const command = call.url.searchParams.getAll('command')
  return remoteCommand(call, 'exec', async (container, { streams, terminal, signal }) => {
    const outcome = await exec(container, command, { ...streams, terminal, signal })
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
  const protocol = negotiated(call, [V5, V4])
  const wanted = wantedIn(call)
  if (kubelet?.state === 'up') await call.server.clock.sleep(kubelet.latencyMs, call.request.signal)
  const found = kubelet?.state === 'up' ? locate(call, pod, name, wanted) : unreachable(call, pod, verb, protocol)
  if (typeof found === 'string' && protocol === V4) return refusedByKubelet(found, kubelet?.state === 'up')
  return upgraded(call, protocol, (wire, signal) => {
    const terminal = wanted.tty ? { rows: 24, columns: 80, interrupted: false, interrupt: () => {} } : undefined
    const open = channels(wire, (size) => terminal && Object.assign(terminal, size))
    const session = { streams: streamsOf(open, wanted, terminal), terminal, signal }
    signal.addEventListener('abort', () => open.stdin.end(), { once: true })
    if (typeof found === 'string') open.end(internal(`unable to upgrade connection: ${found}`).status)
    else void converse(open, protocol, work(found, session))
    return (message) => open.receive(message)
  })
}

function wantedIn({ url }: ResourceCall): Wanted {
  const asks = (name: string) => isTrue(url.searchParams.get(name))
  return { stdin: asks('stdin'), stdout: asks('stdout'), stderr: asks('stderr'), tty: asks('tty') }
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

function unreachable({ url, server }: ResourceCall, pod: Pod, verb: string, protocol: string): string {
  const host = kubeletHost(server.kubelets.get(pod.spec.nodeName ?? ''), pod)
  const refused = `dial tcp ${host}: connect: connection refused`
  if (protocol === V4) return `error dialing backend: ${refused}`
  const { namespace, name } = pod.metadata
  return `error sending request: Post "https://${host}/${verb}/${namespace}/${name}/${url.searchParams.get('container')}": ${refused}`
}

/** With v4 the client hears the kubelet's own words, or those of the proxy that did not reach it. */
function refusedByKubelet(why: string, reached: boolean): Response {
  if (!reached) throw internal(why)
  return new Response(`${why}\n`, { status: 500, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

/** What was not asked for is neither read nor sent; a terminal has one output. */
function streamsOf(
  { stdin, stdout, stderr }: Channels,
  wanted: Wanted,
  terminal: Terminal | undefined,
): Session['streams'] {
  const nowhere = { write: () => true }
  const out = wanted.stdout ? stdout : nowhere
  if (!terminal) {
    if (!wanted.stdin) stdin.end()
    return { stdin, stdout: out, stderr: wanted.stderr ? stderr : nowhere }
  }
  const shown = terminalOutput(out)
  const typed = new TerminalInput(terminal, out)
  if (wanted.stdin) void type(stdin, typed)
  else typed.input.end()
  return { stdin: typed.input, stdout: shown, stderr: shown }
}

async function type(stdin: Channels['stdin'], typed: TerminalInput): Promise<void> {
  for (let chunk = await stdin.read(); chunk; chunk = await stdin.read()) typed.receive(chunk)
  typed.input.end()
}

/** Whatever happens in the container, the client is told how it ended. */
async function converse(open: Channels, protocol: string, work: Promise<number | string>): Promise<void> {
  const outcome = await work.catch((fault: unknown) => (fault instanceof Error ? fault.message : String(fault)))
  if (outcome === 0) open.end({ metadata: {}, status: 'Success' })
  else if (typeof outcome === 'number') open.end(exited(outcome))
  // The translator to v5 wraps once more what the kubelet has already wrapped.
  else open.end(protocol === V5 ? internal(internal(outcome).message).status : internal(outcome).status)
}

function exited(code: number): Partial<Status> {
  const message = `command terminated with non-zero exit code: command terminated with exit code ${code}`
  const causes = [{ reason: 'ExitCode', message: String(code) }]
  return { metadata: {}, status: 'Failure', message, reason: 'NonZeroExitCode', details: { causes } }
}

/** The output of the container's first process from now on; its input, too, where it reads any. */
async function attach(container: ToyContainer, { streams, terminal, signal }: Session): Promise<number> {
  const { server, pod, spec } = container
  if (spec['stdin'] === true) {
    const outcome = await exec(container, firstProcess(spec, container.environment), { ...streams, terminal, signal })
    if (typeof outcome === 'number') return outcome
  }
  const program = server.kubelets.get(pod.spec.nodeName ?? '')?.programs.get(`${pod.metadata.uid}/${spec.name}`)
  const run = {
    id: `${pod.metadata.uid}/${spec.name}/${restartsOf(container)}`,
    startMs: container.startedMs,
    endMs: Infinity,
  }
  return new Promise((resolve) => {
    const stopLines = onEachLine(program, run, server.clock, ({ text }) => streams.stdout.write(bytesOf(`${text}\n`)))
    const stopWatching = whenEnded(server, pod, spec.name, () => end())
    const end = () => {
      stopLines()
      stopWatching()
      resolve(0)
    }
    signal.addEventListener('abort', end, { once: true })
  })
}

function restartsOf({ pod, spec }: ToyContainer): number {
  return pod.status.containerStatuses?.find(({ name }) => name === spec.name)?.restartCount ?? 0
}
