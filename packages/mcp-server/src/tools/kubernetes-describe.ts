/**
 * kubernetes_describe: one object as a person would look at it, with the events about it.
 */
import { stringify } from 'yaml'
import { z } from 'zod'
import { eventLine, eventsOf } from '../kube/events.ts'
import { pathOf, type KubeObject, type Target } from '../kube/object.ts'
import type { Services } from './services.ts'
import { oneObject, targetOf } from './target.ts'
import { defineTool, type Tool } from './tool.ts'

const MAX_EVENTS = 15

const outputSchema = z.object({
  object: z.record(z.string(), z.unknown()),
  events: z.array(z.string()).describe('Oldest first'),
})

export function kubernetesDescribe({ discovery }: Services): Tool {
  return defineTool({
    name: 'kubernetes_describe',
    title: 'Describe an object',
    description:
      'One object in full, with its latest events: why a pod is not ready, why a rollout is stuck. Start with kubernetes_get to find it.',
    level: 'read',
    inputSchema: z.strictObject(oneObject),
    outputSchema,
    rbac: [
      { verbs: ['get'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['list'], apiGroups: [''], resources: ['events'] },
    ],
    attributes: async (args, { kube }) => needs(await targetOf(args, { discovery, kube })),
    run: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      const object = await kube.get<KubeObject>(pathOf(target))
      const events = (await eventsAbout(target, object, kube)).slice(-MAX_EVENTS).map(eventLine)
      const shown = legible(object)
      return { structuredContent: { object: shown, events }, text: textOf(shown, events) }
    },
  })
}

function needs({ resource: { apiGroup, resource }, namespace, name }: Target) {
  const place = namespace === undefined ? {} : { namespace }
  return [
    { verb: 'get', apiGroup, resource, name, ...place },
    // Of a cluster-scoped object they are in the namespace default.
    { verb: 'list', resource: 'events', namespace: namespace ?? 'default' },
  ]
}

function eventsAbout({ resource, namespace = 'default' }: Target, { metadata }: KubeObject, kube: Kube) {
  const about = `involvedObject.name=${metadata.name},involvedObject.kind=${resource.kind}`
  return eventsOf(kube, namespace, about)
}

type Kube = Parameters<typeof eventsOf>[0]

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What only says again what stands elsewhere is left out. */
function legible({ metadata, ...rest }: KubeObject): Record<string, unknown> {
  const { managedFields: _bookkeeping, annotations = {}, ...others } = metadata
  const kept = Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED)
  return { ...rest, metadata: { ...others, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } }
}

function textOf(object: unknown, events: readonly string[]): string {
  const list = events.length > 0 ? events.map((line) => `  ${line}`) : ['  none']
  return [stringify(object, { lineWidth: 0 }).trimEnd(), 'Events:', ...list].join('\n')
}
