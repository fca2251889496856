/**
 * kubernetes_patch: a patch of any object, in one of three languages.
 */
import { z } from 'zod'
import { needsOf } from '../changes/write.ts'
import { spelled } from '../kube/object.ts'
import type { Services } from './services.ts'
import { oneObject, targetOf } from './target.ts'
import { defineChange, type Tool } from './tool.ts'

const fields = z.record(z.string(), z.unknown())

export function kubernetesPatch({ discovery }: Services): Tool {
  return defineChange({
    name: 'kubernetes_patch',
    title: 'Patch an object',
    description:
      'Change fields of one object: merge (null removes a field), strategic (lists of built-in kinds are merged by name) or json (a list of operations).',
    level: 'change',
    inputSchema: z.strictObject({
      ...oneObject,
      type: z.enum(['merge', 'strategic', 'json']).default('merge'),
      patch: z.union([fields, z.array(fields)]),
    }),
    rbac: [{ verbs: ['get', 'patch'], apiGroups: ['*'], resources: ['*'] }],
    attributes: async (args, { kube }) => needsOf(await targetOf(args, { discovery, kube }), 'patch'),
    plan: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      const patch = { type: args.type, body: args.patch }
      return { summary: `patch ${spelled(target)}`, writes: [{ target, verb: 'patch', patch }] }
    },
  })
}
