/**
 * kubernetes_cordon, kubernetes_uncordon, kubernetes_drain: taking a node out of service, and back.
 *
 * A drain evicts, so PodDisruptionBudgets hold; pods of DaemonSets and static pods stay, as with kubectl.
 * Source: kubectl, pkg/drain (filters).
 */
import { z } from 'zod'
import { needsOf, type Write } from '../changes/write.ts'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import type { KubeObject, Target } from '../kube/object.ts'
import { objectName } from './arguments.ts'
import type { Services } from './services.ts'
import { targetOf } from './target.ts'
import { defineChange, type Tool } from './tool.ts'

export function kubernetesCordon(services: Services): Tool {
  return cordoning(services, {
    name: 'kubernetes_cordon',
    title: 'Cordon a node',
    description: 'Let no new pods onto a node; those that run there stay.',
    unschedulable: true,
  })
}

export function kubernetesUncordon(services: Services): Tool {
  return cordoning(services, {
    name: 'kubernetes_uncordon',
    title: 'Uncordon a node',
    description: 'Let pods onto a node again.',
    unschedulable: false,
  })
}

type Cordoning = { readonly name: string; title: string; description: string; unschedulable: boolean }

function cordoning({ discovery }: Services, { unschedulable, ...words }: Cordoning): Tool {
  return defineChange({
    ...words,
    level: 'change',
    annotations: { idempotentHint: true },
    inputSchema: z.strictObject({ node: objectName }),
    rbac: [{ verbs: ['get', 'patch'], apiGroups: [''], resources: ['nodes'] }],
    attributes: async ({ node }, { kube }) =>
      needsOf(await targetOf({ kind: 'node.', name: node }, { discovery, kube }), 'patch'),
    plan: async ({ node }, { kube }) => {
      const target = await targetOf({ kind: 'node.', name: node }, { discovery, kube })
      return {
        summary: `${unschedulable ? 'cordon' : 'uncordon'} node ${node}`,
        writes: [cordon(target, unschedulable)],
      }
    },
  })
}

function cordon(target: Target, unschedulable: boolean): Write {
  const body = { spec: { unschedulable: unschedulable ? true : null } }
  return { target, verb: 'patch', patch: { type: 'merge', body } }
}

const drainInput = z.strictObject({
  node: objectName,
  deleteEmptyDirData: z.boolean().default(false).describe('Also evict pods whose emptyDir data is lost'),
  force: z.boolean().default(false).describe('Also evict pods that nothing would replace'),
})

type DrainArguments = z.output<typeof drainInput>

export function kubernetesDrain({ discovery }: Services): Tool {
  return defineChange({
    name: 'kubernetes_drain',
    title: 'Drain a node',
    description:
      'Cordon a node and evict its pods, within their PodDisruptionBudgets. Pods of DaemonSets stay. Asks the API to evict; whether they are gone, kubernetes_get tells.',
    level: 'dangerous',
    inputSchema: drainInput,
    rbac: [
      { verbs: ['get', 'patch'], apiGroups: [''], resources: ['nodes'] },
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['create'], apiGroups: [''], resources: ['pods/eviction'] },
    ],
    attributes: async ({ node }, { kube }) => {
      const pods = await discovery.find('pods.', kube)
      return [
        ...needsOf(await targetOf({ kind: 'node.', name: node }, { discovery, kube }), 'patch'),
        { verb: 'list', resource: 'pods' },
        ...needsOf({ resource: pods }, 'evict'),
      ]
    },
    plan: async (args, { kube }) => {
      const target = await targetOf({ kind: 'node.', name: args.node }, { discovery, kube })
      const resource = await discovery.find('pods.', kube)
      const evictions = (await evicted(args, kube)).map(({ metadata: { name, namespace = '' } }) => ({
        target: { resource, namespace, name },
        verb: 'evict' as const,
      }))
      return {
        summary: `drain node ${args.node} and evict ${evictions.length} pods`,
        writes: [cordon(target, true), ...evictions],
      }
    },
  })
}

type Pod = KubeObject & {
  readonly metadata: {
    readonly ownerReferences?: readonly { readonly kind: string; readonly controller?: boolean }[]
  }
  readonly spec: { readonly volumes?: readonly { readonly emptyDir?: unknown }[] }
  readonly status?: { readonly phase?: string }
}

const MIRROR = 'kubernetes.io/config.mirror'

async function evicted({ node, deleteEmptyDirData, force }: DrainArguments, kube: KubeClient): Promise<Pod[]> {
  const pods = await kube.list<Pod>('/api/v1/pods', { query: { fieldSelector: `spec.nodeName=${node}` } })
  const movable = pods.filter(
    (pod) => controllerOf(pod) !== 'DaemonSet' && pod.metadata.annotations?.[MIRROR] === undefined,
  )
  for (const pod of movable.filter(isRunning)) {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`
    if (!force && controllerOf(pod) === undefined)
      throw new ToolError(
        `pod ${name} has no controller, so nothing would replace it; set force to evict it all the same`,
      )
    if (!deleteEmptyDirData && (pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined))
      throw new ToolError(`pod ${name} keeps data in an emptyDir; set deleteEmptyDirData to lose it`)
  }
  return movable
}

function isRunning({ status }: Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
}

function controllerOf({ metadata: { ownerReferences = [] } }: Pod): string | undefined {
  return ownerReferences.find(({ controller }) => controller === true)?.kind
}
