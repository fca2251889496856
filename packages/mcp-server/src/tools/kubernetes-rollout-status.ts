/**
 * kubernetes_rollout_status and kubernetes_rollout_history: how far a rollout is, and what came before.
 *
 * Source: kubectl, pkg/polymorphichelpers/rollout_status.go, whose sentences these are.
 */
import { z } from 'zod'
import type { KubeClient } from '../kube/client.ts'
import { pathOf, type KubeObject, type Target } from '../kube/object.ts'
import { columnsText } from '../kube/rows.ts'
import { revisionNeeds, revisionsOf } from './revisions.ts'
import { statusOf } from './rollout-status.ts'
import type { Services } from './services.ts'
import { oneWorkload, targetOf } from './target.ts'
import { defineTool, type Tool, type ToolAttributes } from './tool.ts'

const MAX_WAIT_SECONDS = 25 // below the deadline of a call
const POLL_MS = 1_000

export function kubernetesRolloutStatus({ discovery, wait }: Services): Tool {
  return defineTool({
    name: 'kubernetes_rollout_status',
    title: 'Show the status of a rollout',
    description: 'How far the rollout of a deployment, statefulset or daemonset is; waitSeconds waits for its end.',
    level: 'read',
    inputSchema: z.strictObject({ ...oneWorkload, waitSeconds: z.int().min(0).max(MAX_WAIT_SECONDS).default(0) }),
    outputSchema: z.object({ done: z.boolean(), failed: z.boolean(), message: z.string() }),
    rbac: [{ verbs: ['get'], apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'] }],
    attributes: async (args, { kube }) => reading(await targetOf(args, { discovery, kube })),
    run: async (args, { kube, signal, progress }) => {
      const target = await targetOf(args, { discovery, kube })
      let status = await look(kube, target)
      for (let waited = 0; !status.done && !status.failed && waited < args.waitSeconds; waited += POLL_MS / 1000) {
        progress({ progress: waited, total: args.waitSeconds, message: status.message })
        await wait(POLL_MS, signal)
        status = await look(kube, target)
      }
      return { structuredContent: status, text: status.message }
    },
  })
}

async function look(kube: KubeClient, target: Target) {
  return statusOf(target, await kube.get<KubeObject>(pathOf(target)))
}

const revision = z.object({
  revision: z.int(),
  created: z.string(),
  cause: z.string(),
  images: z.array(z.string()),
  current: z.boolean(),
})

export function kubernetesRolloutHistory({ discovery }: Services): Tool {
  return defineTool({
    name: 'kubernetes_rollout_history',
    title: 'Show the history of rollouts',
    description:
      'The revisions of a deployment, statefulset or daemonset, oldest first: when each came, and its images.',
    level: 'read',
    inputSchema: z.strictObject(oneWorkload),
    outputSchema: z.object({ revisions: z.array(revision) }),
    rbac: [
      { verbs: ['get'], apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'] },
      { verbs: ['list'], apiGroups: ['apps'], resources: ['replicasets', 'controllerrevisions'] },
    ],
    attributes: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      return [...reading(target), ...revisionNeeds(target)]
    },
    run: async (args, { kube }) => {
      const found = await revisionsOf(kube, await targetOf(args, { discovery, kube }))
      const revisions = found.map(({ revision, created, cause, images }, n) => {
        return { revision, created, cause, images: [...images], current: n === found.length - 1 }
      })
      const rows = revisions.map(({ revision, created, images, cause, current }) => ({
        revision: `${revision}${current ? ' (current)' : ''}`,
        created,
        images: images.join(','),
        cause,
      }))
      return { structuredContent: { revisions }, text: columnsText(rows) }
    },
  })
}

function reading({ resource: { apiGroup, resource }, namespace, name }: Target): ToolAttributes[] {
  return [{ verb: 'get', apiGroup, resource, name, ...(namespace !== undefined && { namespace }) }]
}
