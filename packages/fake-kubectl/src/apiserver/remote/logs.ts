/**
 * `pods/log`: which container and which of its runs, then the text, once or as it comes.
 * Source: pkg/registry/core/pod/strategy.go LogLocation; kubelet's container logs; texts recorded from 1.36.
 */
import { formatTime } from '../../api/meta.ts'
import { ApiError, badRequest } from '../../api/status.ts'
import type { ContainerStatus, Pod } from '../../api/types.ts'
import { statusOf } from '../../containers/container.ts'
import { followedBy, printingsOf } from '../../kubelet/container-log.ts'
import type { Kubelet, LogProgram } from '../../kubelet/kubelet.ts'
import { onEachLine, printed, type LogLine, type Printing } from '../../kubelet/logs.ts'
import { stored } from '../verbs/endpoints.ts'
import { logOptions, type LogOptions } from './log-options.ts'
import { whenEnded } from './container-life.ts'
import { containerName, kubeletHost } from './pod-container.ts'
import type { ResourceCall, Server } from '../server.ts'
import { streamed, type Sink } from '../stream.ts'

type Source = { pod: Pod; container: string; printings: () => readonly Printing[] }

const TEXT = 'text/plain'

export async function podLog(call: ResourceCall): Promise<Response> {
  const pod = stored(call) as Pod
  const options = logOptions(call)
  const container = containerName(call, pod)
  const kubelet = call.server.kubelets.get(pod.spec.nodeName ?? '')
  if (!pod.spec.nodeName) return new Response(null, { status: 204 })
  await reach(call, kubelet, pod, container)
  const source = { pod, container, printings: printingsFor(call.server, pod, container, options) }
  return options.follow && !options.previous ? follow(call, source, options) : whole(call, source, options)
}

/** The kubelet answers after its latency, or not at all. @throws ApiError 500 */
async function reach(call: ResourceCall, kubelet: Kubelet | undefined, pod: Pod, container: string): Promise<void> {
  if (kubelet?.state === 'up') return call.server.clock.sleep(kubelet.latencyMs, call.request.signal)
  const host = kubeletHost(kubelet, pod)
  const url = `https://${host}/containerLogs/${pod.metadata.namespace}/${pod.metadata.name}/${container}`
  throw new ApiError(500, 'InternalError', `Get "${url}": dial tcp ${host}: connect: connection refused`)
}

/** What prints the text that is wanted. @throws ApiError 400 when there has been no such run */
function printingsFor(server: Server, pod: Pod, name: string, { previous }: LogOptions): () => readonly Printing[] {
  const which = previous ? 'previous' : 'current'
  if (printingsOf(server, pod, name, which)) return () => printingsOf(server, pod, name, which) ?? []
  if (previous) throw badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`)
  const reason = waitingReason(statusOf(pod, name))
  throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${reason}`)
}

/** In words where the kubelet uses words, else the reason as it is. */
function waitingReason(container: ContainerStatus | undefined): string {
  const reason = container?.state.waiting?.reason ?? 'ContainerCreating'
  return ['ImagePullBackOff', 'ErrImagePull'].includes(reason) ? 'trying and failing to pull image' : reason
}

function whole(call: ResourceCall, source: Source, options: LogOptions): Response {
  const { text } = existing(call, source, options)
  return new Response(text, { headers: { 'content-type': TEXT, 'cache-control': 'no-cache, private' } })
}

function follow(call: ResourceCall, source: Source, options: LogOptions): Response {
  const { clock } = call.server
  return streamed(call, TEXT, (sink) => {
    const { text, bytesLeft } = existing(call, source, options)
    sink.write(text)
    if (bytesLeft <= 0 || (source.printings().at(-1)?.endMs ?? 0) <= clock.now()) return endNow(sink)
    return printOn(call, source, options, bytesLeft, sink)
  })
}

/** Each next line when its time comes, until the text that may be sent is used up or the container ends. */
function printOn(
  { server }: ResourceCall,
  { pod, container, printings }: Source,
  options: LogOptions,
  limitBytes: number,
  sink: Sink,
): () => void {
  const { clock } = server
  let bytesLeft = limitBytes
  const tell = (line: LogLine) => {
    const cut = truncate(format([line], options, clock.shownOffsetMs), bytesLeft)
    bytesLeft = cut.bytesLeft
    sink.write(cut.text)
    if (bytesLeft <= 0) sink.end()
  }
  const followed = followedBy(server, pod, container)
  const stopLines = followed
    ? tellFollower(server, followed, tell, () => sink.end())
    : onEachLine(printings, clock, tell)
  const stopWatching = whenEnded(server, pod, container, () => sink.end())
  return () => {
    stopLines()
    stopWatching()
  }
}

/** So many lines and no more. */
function tellFollower(
  { clock }: Server,
  { everyMs, lines }: NonNullable<LogProgram['followed']>,
  tell: (line: LogLine) => void,
  end: () => void,
): () => void {
  const cancels = lines.map((text, i) => {
    const timeMs = clock.now() + (i + 1) * everyMs
    return clock.at(timeMs, () => tell({ timeMs, text }))
  })
  cancels.push(clock.at(clock.now() + lines.length * everyMs, end))
  return () => {
    for (const cancel of cancels) cancel()
  }
}

function existing(
  { server }: ResourceCall,
  { printings }: Source,
  options: LogOptions,
): { text: string; bytesLeft: number } {
  const { clock } = server
  const lines = printed(printings(), clock.now(), clock.shownOffsetMs).filter(({ timeMs }) => timeMs >= options.sinceMs)
  const tail = options.tailLines === Infinity ? lines : lines.slice(Math.max(0, lines.length - options.tailLines))
  return truncate(format(tail, options, clock.shownOffsetMs), options.limitBytes)
}

function format(lines: readonly LogLine[], { timestamps }: LogOptions, shownOffsetMs: number): string {
  return lines
    .map(({ timeMs, text }) => `${timestamps ? `${nanoTime(timeMs + shownOffsetMs)} ` : ''}${text}\n`)
    .join('')
}

function truncate(text: string, limitBytes: number): { text: string; bytesLeft: number } {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length < limitBytes) return { text, bytesLeft: limitBytes - bytes.length }
  return { text: new TextDecoder().decode(bytes.slice(0, limitBytes)), bytesLeft: 0 }
}

function nanoTime(ms: number): string {
  const fraction = String(((ms % 1000) + 1000) % 1000)
    .padStart(3, '0')
    .slice(0, 3)
  return `${formatTime(ms).slice(0, -1)}.${fraction}000000Z`
}

function endNow(sink: Sink): () => void {
  sink.end()
  return () => {}
}
