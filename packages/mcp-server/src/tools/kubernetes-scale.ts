/**
 * kubernetes_scale: how many replicas a workload shall have, through its scale subresource.
 */
import { z } from 'zod'
import { needsOf } from '../changes/write.ts'
import { spelled } from '../kube/object.ts'
import type { Services } from './services.ts'
import { oneWorkload, targetOf } from './target.ts'
import { defineChange, type Tool } from './tool.ts'

const MAX_REPLICAS = 10_000

export function kubernetesScale({ discovery }: Services): Tool {
  return defineChange({
    name: 'kubernetes_scale',
    title: 'Scale a workload',
    description: 'Set the number of replicas. An autoscaler may set it back: look for one first.',
    level: 'change',
    annotations: { idempotentHint: true },
    inputSchema: z.strictObject({ ...oneWorkload, replicas: z.int().min(0).max(MAX_REPLICAS) }),
    rbac: [{ verbs: ['get', 'patch'], apiGroups: ['apps'], resources: ['deployments/scale', 'statefulsets/scale'] }],
    attributes: async (args, { kube }) =>
      needsOf({ ...(await targetOf(args, { discovery, kube })), subresource: 'scale' }, 'patch'),
    plan: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      const patch = { type: 'merge', body: { spec: { replicas: args.replicas } } } as const
      return {
        summary: `scale ${spelled(target)} to ${args.replicas} replicas`,
        writes: [{ target: { ...target, subresource: 'scale' }, verb: 'patch', patch }],
      }
    },
  })
}
