/**
 * Containers in a description: what they are, their state, probes, environment and mounts.
 * Source: kubectl/pkg/describe/describe.go (describeContainers and its parts).
 */
import { byBytes, goText, quoted, type Wire } from '../wire.ts'
import { rfc1123, type Description } from './description.ts'
import { canonical, resourceValue } from './quantities.ts'

type Options = { readonly statuses?: readonly Wire[]; readonly pod?: Wire; readonly indent?: string }

/** @param options `pod` for a Pod, which fills in what its environment refers to; `indent` for a template */
export function describeContainers(
  text: Description,
  label: string,
  containers: readonly Wire[],
  options: Options = {},
): void {
  const { statuses = [], pod, indent = '' } = options
  text.put(`${indent}${label}:${containers.length === 0 ? ' <none>' : ''}\n`)
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name)
    describeBasics(text, container, status, indent)
    describeCommand(text, container)
    if (status) describeState(text, status)
    describeResources(text, container.resources, 2)
    describeProbes(text, container)
    describeEnvFrom(text, container)
    describeEnv(text, container, pod)
    describeMounts(text, container)
  }
}

function describeBasics(text: Description, container: Wire, status: Wire, indent: string): void {
  text.line(1, `${indent === '' ? '' : ' '}${container.name}:`)
  if (status) text.line(2, 'Container ID:', status.containerID)
  text.line(2, 'Image:', container.image)
  if (status) text.line(2, 'Image ID:', status.imageID)
  describePorts(text, 'Port', portsText(container.ports, 'containerPort'))
  describePorts(text, 'Host Port', portsText(container.ports, 'hostPort'))
  const profile = container.securityContext?.seccompProfile
  if (!profile) return
  text.line(2, 'SeccompProfile:', profile.type)
  if (profile.type === 'Localhost') text.line(3, 'LocalhostProfile:', profile.localhostProfile)
}

function describePorts(text: Description, label: string, ports: string): void {
  text.line(2, `${label}${ports.includes(',') ? 's' : ''}:`, ports || '<none>')
}

function portsText(ports: readonly Wire[] = [], field: string): string {
  return ports
    .map((port) => `${port[field] ?? 0}/${port.protocol ?? ''}${port.name ? ` (${port.name})` : ''}`)
    .join(', ')
}

function describeCommand(text: Description, { command = [], args = [] }: Wire): void {
  for (const [label, words] of [
    ['Command', command],
    ['Args', args],
  ]) {
    if (words.length > 0) text.line(2, `${label}:`)
    for (const line of words.flatMap((word: string) => word.split('\n'))) text.line(3, line)
  }
}

function describeState(text: Description, status: Wire): void {
  describeStatus(text, 'State', status.state ?? {})
  if (status.lastState?.terminated) describeStatus(text, 'Last State', status.lastState)
  text.line(2, 'Ready:', status.ready ? 'True' : 'False')
  text.line(2, 'Restart Count:', status.restartCount ?? 0)
}

function describeStatus(text: Description, label: string, { running, waiting, terminated }: Wire): void {
  if (running) {
    text.line(2, `${label}:`, 'Running')
    return text.line(3, 'Started:', rfc1123(running.startedAt))
  }
  text.line(2, `${label}:`, terminated && !waiting ? 'Terminated' : 'Waiting')
  if (waiting?.reason) text.line(3, 'Reason:', waiting.reason)
  if (!terminated || waiting) return
  if (terminated.reason) text.line(3, 'Reason:', terminated.reason)
  if (terminated.message) text.line(3, 'Message:', terminated.message)
  text.line(3, 'Exit Code:', terminated.exitCode)
  if (terminated.signal > 0) text.line(3, 'Signal:', terminated.signal)
  text.line(3, 'Started:', rfc1123(terminated.startedAt))
  text.line(3, 'Finished:', rfc1123(terminated.finishedAt))
}

export function describeResources(text: Description, resources: Wire, level: number): void {
  for (const [label, amounts] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ]) {
    const names = Object.keys(amounts ?? {}).sort(byBytes)
    if (names.length > 0) text.line(level, `${label}:`)
    for (const name of names) text.line(level + 1, `${name}:`, canonical(amounts[name]))
  }
}

function describeProbes(text: Description, { livenessProbe, readinessProbe, startupProbe }: Wire): void {
  if (livenessProbe) text.line(2, 'Liveness:', probeText(livenessProbe))
  if (readinessProbe) text.line(2, 'Readiness:', probeText(readinessProbe))
  if (startupProbe) text.line(2, 'Startup:', probeText(startupProbe))
}

function probeText(probe: Wire): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe
  const attributes = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`
  const { exec, httpGet, tcpSocket, grpc } = probe
  if (exec) return `exec ${goText(exec.command ?? [])} ${attributes}`
  if (httpGet) return `http-get ${urlText(httpGet)} ${attributes}`
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${attributes}`
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${attributes}`
  return `unknown ${attributes}`
}

function urlText({ scheme = '', host = '', port, path = '' }: Wire): string {
  const joined = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`
  return `${scheme === '' ? '' : `${scheme.toLowerCase()}:`}//${joined}${rooted}`
}

function describeEnvFrom(text: Description, { envFrom = [] }: Wire): void {
  if (envFrom.length === 0) return
  text.line(2, 'Environment Variables from:')
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const reference = configMapRef ?? secretRef ?? {}
    const from = `${configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : ''}${prefix ? ` with prefix '${prefix}'` : ''}`
    text.line(3, reference.name, from, `Optional: ${reference.optional === true}`)
  }
}

function describeEnv(text: Description, container: Wire, pod: Wire): void {
  const env: Wire[] = container.env ?? []
  text.put(`Environment:${env.length === 0 ? '\t<none>' : ''}\n`, 2)
  for (const { name, value = '', valueFrom } of env) {
    if (valueFrom) describeReference(text, name, valueFrom, container, pod)
    else value.split('\n').forEach((line: string, i: number) => text.line(3, i === 0 ? `${name}:` : '', line))
  }
}

function describeReference(text: Description, name: string, from: Wire, container: Wire, pod: Wire): void {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = from
  if (fieldRef)
    return text.line(
      3,
      `${name}:`,
      `${pod ? fieldOf(pod, fieldRef.fieldPath) : ''} (${fieldRef.apiVersion ?? ''}:${fieldRef.fieldPath})`,
    )
  if (resourceFieldRef)
    return text.line(3, `${name}:`, `${resourceValue(container, resourceFieldRef)} (${resourceFieldRef.resource})`)
  const reference = secretKeyRef ?? configMapKeyRef
  if (!reference) return
  const where = secretKeyRef ? `in secret '${reference.name}'` : `of config map '${reference.name}'`
  text.line(3, `${name}:`, `<set to the key '${reference.key}' ${where}>`, `Optional: ${reference.optional === true}`)
}

/** kubectl knows a pod's fields only as far as field selectors do. Source: apimachinery DefaultMetaV1FieldSelectorConversion. */
function fieldOf({ metadata }: Wire, path: string): string {
  if (path === 'metadata.name') return metadata.name
  return path === 'metadata.namespace' ? metadata.namespace : ''
}

function describeMounts(text: Description, { volumeMounts = [], volumeDevices = [] }: Wire): void {
  text.put(`Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}\n`, 2)
  for (const { mountPath, name, readOnly, subPath } of volumeMounts.toSorted(by('mountPath'))) {
    text.line(3, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path=${quoted(subPath)}` : ''})`)
  }
  if (volumeDevices.length === 0) return
  text.put(`Devices:${volumeMounts.length === 0 ? '\t<none>' : ''}\n`, 2)
  for (const { devicePath, name } of volumeDevices.toSorted(by('devicePath')))
    text.line(3, `${devicePath} from ${name}`)
}

function by(field: string): (a: Wire, b: Wire) => number {
  return (a, b) => byBytes(a[field], b[field])
}
