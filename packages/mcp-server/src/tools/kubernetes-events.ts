/**
 * kubernetes_events: what happened, oldest first, of a namespace or of one object.
 */
import { z } from 'zod'
import { eventsOf, eventLine, isAbout, type Event } from '../kube/events.ts'
import { namespaceName, objectName } from './arguments.ts'
import { kindWord } from './target.ts'
import { defineTool, type Tool } from './tool.ts'

const DEFAULT_LIMIT = 30
const MAX_LIMIT = 200

const inputSchema = z.strictObject({
  namespace: namespaceName.optional().describe('Leave out for all namespaces'),
  kind: kindWord.optional().describe('Of this kind of object, as Pod'),
  name: objectName.optional().describe('Of this object'),
  warningsOnly: z.boolean().default(false),
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
})

type Arguments = z.output<typeof inputSchema>

const outputSchema = z.object({
  shown: z.int(),
  total: z.int(),
  events: z.array(
    z.object({
      lastSeen: z.string(),
      type: z.string(),
      reason: z.string(),
      object: z.string(),
      message: z.string(),
      count: z.int(),
    }),
  ),
})

export function kubernetesEvents(): Tool {
  return defineTool({
    name: 'kubernetes_events',
    title: 'List events',
    description:
      'What happened lately, oldest first: scheduling, pulls, failed probes, kills. Narrow it to one object by kind and name.',
    level: 'read',
    inputSchema,
    outputSchema,
    rbac: [{ verbs: ['list'], apiGroups: [''], resources: ['events'] }],
    attributes: ({ namespace }) => [
      { verb: 'list', resource: 'events', ...(namespace !== undefined && { namespace }) },
    ],
    run: async (args, { kube }) => {
      const found = (await eventsOf(kube, args.namespace)).filter((event) => isWanted(args, event))
      const shown = found.slice(-args.limit)
      const counted = `${shown.length} of ${found.length} events`
      return {
        structuredContent: { shown: shown.length, total: found.length, events: shown },
        text: [...shown.map(eventLine), counted].join('\n'),
      }
    },
  })
}

function isWanted({ kind, name, warningsOnly }: Arguments, event: Event): boolean {
  return isAbout(event, { kind, name }) && (!warningsOnly || event.type === 'Warning')
}
