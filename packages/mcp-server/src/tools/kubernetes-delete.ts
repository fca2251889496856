/**
 * kubernetes_delete: one object, and what it owns. It comes back under no undo.
 */
import { z } from 'zod'
import { needsOf } from '../changes/write.ts'
import { spelled } from '../kube/object.ts'
import type { Services } from './services.ts'
import { oneObject, targetOf } from './target.ts'
import { defineChange, type Tool } from './tool.ts'

export function kubernetesDelete({ discovery }: Services): Tool {
  return defineChange({
    name: 'kubernetes_delete',
    title: 'Delete an object',
    description:
      'Delete one object and what it owns. It cannot be undone; a pod of a workload is replaced by a new one.',
    level: 'dangerous',
    inputSchema: z.strictObject(oneObject),
    rbac: [{ verbs: ['get', 'delete'], apiGroups: ['*'], resources: ['*'] }],
    attributes: async (args, { kube }) => needsOf(await targetOf(args, { discovery, kube }), 'delete'),
    plan: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      return { summary: `delete ${spelled(target)}`, writes: [{ target, verb: 'delete' }] }
    },
  })
}
