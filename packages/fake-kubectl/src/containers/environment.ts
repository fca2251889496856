/**
 * A container's environment as it was when it started: the image's, the pod's, the Services that were there. A ConfigMap
 * that changes afterwards does not change it.
 * Source: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables; pkg/kubelet/envvars/envvars.go.
 */
import type { KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { fieldValue, resourceValue } from './field-ref.ts'
import { textOf } from './pipe.ts'
import { unbinary } from './tree.ts'

export type Environment = readonly (readonly [name: string, value: string])[]

type KeyRef = { name?: string; key: string; optional?: boolean }
type Variable = {
  name: string
  value?: string
  valueFrom?: {
    fieldRef?: { fieldPath: string }
    resourceFieldRef?: { resource: string; divisor?: string; containerName?: string }
    configMapKeyRef?: KeyRef
    secretKeyRef?: KeyRef
  }
}
type Bundle = { prefix?: string; configMapRef?: { name: string }; secretRef?: { name: string } }

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** @param startedMs Services that came later are not in it */
export function environment(server: Server, pod: Pod, container: Container, startedMs: number): Environment {
  const services = serviceVariables(server, pod, startedMs)
  const declared = new Map<string, string>()
  for (const bundle of (container['envFrom'] ?? []) as Bundle[])
    for (const [name, value] of bundled(server, pod, bundle)) declared.set(name, value)
  for (const variable of (container['env'] ?? []) as Variable[]) {
    const value = valueOf(server, pod, container, variable)
    if (value !== undefined)
      declared.set(
        variable.name,
        expand(value, (name) => declared.get(name) ?? services.get(name)),
      )
  }
  const profile = server.images.profile(container.image ?? '')
  const fixed = { PATH: DEFAULT_PATH, HOSTNAME: hostname(pod), ...profile.env }
  const ours = Object.entries(fixed).filter(([name]) => !declared.has(name))
  const links = [...services].filter(([name]) => !declared.has(name))
  return [...ours, ...declared, ...links]
}

/** What a pod is called from inside: its name, or what its spec says; of a pod in the host's network, the node's. */
export function hostname({ metadata, spec }: Pod): string {
  if (spec['hostNetwork'] === true) return spec.nodeName ?? ''
  return ((spec['hostname'] as string | undefined) ?? metadata.name).slice(0, 63)
}

/** `$(NAME)` in a value, command or argument; `$$` is a dollar, and what is not known stays as it is. */
export function expand(text: string, value: (name: string) => string | undefined): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) =>
    name === undefined ? '$' : (value(name) ?? whole),
  )
}

type Source = 'configmaps' | 'secrets'

/** Every key of a ConfigMap or Secret with its text; none when it is not there. */
function texts({ store }: Server, { metadata }: Pod, source: Source, name = ''): Map<string, string> {
  const object = store.find(builtIn(source), metadata.namespace ?? '', name)
  const data = Object.entries((object?.['data'] ?? {}) as Record<string, string>)
  return new Map(data.map(([key, value]) => [key, source === 'secrets' ? textOf(unbinary(value)) : value]))
}

function bundled(server: Server, pod: Pod, { prefix = '', configMapRef, secretRef }: Bundle): [string, string][] {
  const found = configMapRef
    ? texts(server, pod, 'configmaps', configMapRef.name)
    : texts(server, pod, 'secrets', secretRef?.name)
  return [...found].map(([key, value]) => [prefix + key, value])
}

function valueOf(server: Server, pod: Pod, container: Container, { value, valueFrom }: Variable): string | undefined {
  if (!valueFrom) return value ?? ''
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom
  if (fieldRef) return fieldValue(pod, fieldRef.fieldPath)
  if (configMapKeyRef) return texts(server, pod, 'configmaps', configMapKeyRef.name).get(configMapKeyRef.key)
  if (secretKeyRef) return texts(server, pod, 'secrets', secretKeyRef.name).get(secretKeyRef.key)
  if (!resourceFieldRef) return undefined
  const of = pod.spec.containers.find(({ name }) => name === resourceFieldRef.containerName) ?? container
  return resourceValue(of, resourceFieldRef, server.kubelets.get(pod.spec.nodeName ?? ''))
}

/** As Docker's links named them: WEB_SERVICE_HOST, WEB_PORT_80_TCP_ADDR. */
function serviceVariables(server: Server, { metadata, spec }: Pod, startedMs: number): Map<string, string> {
  const found = server.store.list(builtIn('services')).filter((service) => {
    const isMaster = service.metadata.namespace === 'default' && service.metadata.name === 'kubernetes'
    const isLinked = service.metadata.namespace === metadata.namespace && spec['enableServiceLinks'] !== false
    return (isMaster || isLinked) && Date.parse(service.metadata.creationTimestamp ?? '') <= startedMs
  })
  return new Map(found.flatMap((service) => links(service)))
}

function links(service: KubeObject): [string, string][] {
  const { clusterIP, ports = [] } = service['spec'] as {
    clusterIP?: string
    ports?: { name?: string; port: number; protocol?: string }[]
  }
  if (!clusterIP || clusterIP === 'None' || ports.length === 0) return []
  const name = shout(service.metadata.name)
  const url = ({ port, protocol = 'TCP' }: (typeof ports)[number]) => `${protocol.toLowerCase()}://${clusterIP}:${port}`
  const named = ports.filter((port) => port.name)
  return [
    [`${name}_SERVICE_HOST`, clusterIP],
    [`${name}_SERVICE_PORT`, String(ports[0]!.port)],
    ...named.map((it): [string, string] => [`${name}_SERVICE_PORT_${shout(it.name!)}`, String(it.port)]),
    [`${name}_PORT`, url(ports[0]!)],
    ...ports.flatMap((it): [string, string][] => {
      const prefix = `${name}_PORT_${it.port}_${it.protocol ?? 'TCP'}`
      return [
        [prefix, url(it)],
        [`${prefix}_PROTO`, (it.protocol ?? 'TCP').toLowerCase()],
        [`${prefix}_PORT`, String(it.port)],
        [`${prefix}_ADDR`, clusterIP],
      ]
    }),
  ]
}

function shout(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
