/**
 * kubernetes_rollout: restart, undo, pause and resume a rollout, as `kubectl rollout` does.
 *
 * Source: kubectl, pkg/polymorphichelpers (rollback, objectrestarter, objectpauser).
 */
import { z } from 'zod'
import { needsOf, type Write } from '../changes/write.ts'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { spelled, type Target } from '../kube/object.ts'
import { revisionsOf, revisionNeeds } from './revisions.ts'
import type { Services } from './services.ts'
import { oneWorkload, targetOf } from './target.ts'
import { defineChange, type Tool } from './tool.ts'

const inputSchema = z.strictObject({
  ...oneWorkload,
  action: z.enum(['restart', 'undo', 'pause', 'resume']),
  toRevision: z.int().min(1).optional().describe('undo: the revision to go back to; the one before by default'),
})

type Arguments = z.output<typeof inputSchema>

export function kubernetesRollout({ discovery, now }: Services): Tool {
  return defineChange({
    name: 'kubernetes_rollout',
    title: 'Restart, undo, pause or resume a rollout',
    description:
      'undo brings back an earlier pod template (see kubernetes_rollout_history); restart replaces all pods; pause and resume hold a rollout.',
    level: 'change',
    inputSchema,
    rbac: [
      { verbs: ['get', 'patch'], apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'] },
      { verbs: ['list'], apiGroups: ['apps'], resources: ['replicasets', 'controllerrevisions'] },
    ],
    attributes: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      return [...needsOf(target, 'patch'), ...(args.action === 'undo' ? revisionNeeds(target) : [])]
    },
    plan: async (args, { kube }) => {
      const target = await targetOf(args, { discovery, kube })
      const { what, write } = await stepOf(args, { target, kube, now })
      return { summary: `${what} ${spelled(target)}`, writes: [write] }
    },
  })
}

type Context = { readonly target: Target; readonly kube: KubeClient; readonly now: () => Date }

async function stepOf(args: Arguments, { target, kube, now }: Context): Promise<{ what: string; write: Write }> {
  if (args.action === 'undo') return undo(args, target, kube)
  const spec = args.action === 'restart' ? restarted(now()) : { paused: args.action === 'pause' ? true : null }
  return { what: args.action, write: { target, verb: 'patch', patch: { type: 'merge', body: { spec } } } }
}

/** A new annotation makes a new template, and with it new pods. */
function restarted(now: Date): unknown {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': now.toISOString().replace(/\.\d+Z$/, 'Z') }
  return { template: { metadata: { annotations } } }
}

async function undo(
  { toRevision }: Arguments,
  target: Target,
  kube: KubeClient,
): Promise<{ what: string; write: Write }> {
  const revisions = await revisionsOf(kube, target)
  const chosen = toRevision === undefined ? revisions.at(-2) : revisions.find(({ revision }) => revision === toRevision)
  if (chosen === undefined) {
    const known = revisions.map(({ revision }) => revision).join(', ') || 'none'
    throw new ToolError(`${spelled(target)}: expected a revision to go back to; its history holds ${known}`)
  }
  return { what: `roll back to revision ${chosen.revision}:`, write: { target, verb: 'patch', patch: chosen.back } }
}
