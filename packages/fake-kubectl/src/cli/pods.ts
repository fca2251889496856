/**
 * Pods and their containers as commands mean them: those behind a Deployment, the container without a name.
 * Source: kubectl/pkg/polymorphichelpers/helpers.go; kubectl/pkg/cmd/util/podcmd; kubectl/pkg/util/podutils.
 */
import type { Client } from './client.ts'
import type { Context } from './command.ts'
import { selectorText } from './describe/description.ts'
import { CliFault } from './errors.ts'
import { labelsText } from './printers/table.ts'
import { pages } from './selection.ts'
import { byBytes, quoted, type Wire } from './wire.ts'

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'
const POLL_MS = 1000

export async function podsOf(client: Client, namespace: string, labels: string): Promise<Wire[]> {
  const resource = { group: '', version: 'v1', plural: 'pods', namespaced: true } as never
  const found: Wire[] = []
  for await (const page of pages(client, { resource, namespace }, { labels, fields: '' })) found.push(...page.items)
  return found
}

/** The pods an object is in front of, the best for looking at first; waits until there is one. */
export async function firstPods(
  { client, ports }: Context,
  owner: Wire,
  timeoutMs: number,
  doing = 'get the logs from',
): Promise<Wire[]> {
  const labels = podSelector(owner, doing)
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const pods = await podsOf(client, owner.metadata.namespace, labels)
    if (pods.length > 0) return pods.sort(byLogging)
    if (waitedMs >= timeoutMs) throw new CliFault('timed out waiting for the condition')
    await ports.wait(POLL_MS)
  }
}

function podSelector({ kind, metadata, spec }: Wire, doing: string): string {
  if (['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Deployment', 'Job'].includes(kind))
    return selectorText(spec.selector, '')
  if (kind === 'ReplicationController') return labelsText(spec.selector, '')
  if (kind !== 'Service') throw new CliFault(`cannot ${doing} *v1.${kind}: selector for *v1.${kind} not implemented`)
  if (Object.keys(spec.selector ?? {}).length > 0) return labelsText(spec.selector, '')
  throw new CliFault(
    `cannot ${doing} *v1.Service: invalid service '${metadata.name}': Service is defined without a selector`,
  )
}

const PHASES: Record<string, number> = { Running: 0, Unknown: 1, Pending: 2 }

/** Placed before unplaced, running, ready, long ready, often restarted, old. */
function byLogging(a: Wire, b: Wire): number {
  const [first, second] = [keys(a), keys(b)]
  for (const [i, key] of first.entries()) {
    const order = typeof key === 'number' ? key - (second[i] as number) : byBytes(key, second[i] as string)
    if (order !== 0) return order
  }
  return 0
}

function keys({ metadata, spec, status = {} }: Wire): readonly (number | string)[] {
  const ready = (status.conditions ?? []).find(({ type, status: is }: Wire) => type === 'Ready' && is === 'True')
  const restarts = Math.max(0, ...(status.containerStatuses ?? []).map(({ restartCount = 0 }: Wire) => restartCount))
  return [
    spec.nodeName ? 0 : 1,
    PHASES[status.phase] ?? 0,
    ready ? 0 : 1,
    ready?.lastTransitionTime ?? '',
    -restarts,
    metadata.creationTimestamp ?? '',
    metadata.name,
  ]
}

/** The container a command means when it names none, told on stderr when there was a choice. */
export function defaultContainer({ err }: Context, pod: Wire, tell: boolean): string {
  const { metadata, spec } = pod
  const annotated = metadata.annotations?.[DEFAULT_CONTAINER]
  if (annotated && pathOfContainer(pod, annotated)) return annotated
  if (annotated) err(`Default container name ${quoted(annotated)} not found in pod ${metadata.name}\n`)
  const { name } = spec.containers[0]
  const choice = spec.containers.length > 1 || spec.initContainers?.length > 0 || spec.ephemeralContainers?.length > 0
  if (choice && tell) err(`Defaulted container ${quoted(name)} out of: ${containerNames(pod)}\n`)
  return name
}

/** `a, b (init), c (ephem)`. */
export function containerNames({ spec }: Wire): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec
  const names = (list: readonly Wire[], mark: string): string[] => list.map(({ name }) => `${name}${mark}`)
  return [
    ...names(containers, ''),
    ...names(ephemeralContainers, ' (ephem)'),
    ...names(initContainers, ' (init)'),
  ].join(', ')
}

/** `spec.containers{app}`; undefined when the pod has no such container. */
export function pathOfContainer({ spec }: Wire, name: string): string | undefined {
  const list = ['initContainers', 'containers', 'ephemeralContainers'].find((each) =>
    (spec[each] ?? []).some((container: Wire) => container.name === name),
  )
  return list && `spec.${list}{${name}}`
}
