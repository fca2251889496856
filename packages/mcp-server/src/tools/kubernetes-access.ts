/**
 * kubernetes_can_i and kubernetes_whoami: what the caller may do, by this server's policy and by the cluster's own RBAC.
 *
 * Source: authorization.k8s.io/v1 SelfSubjectAccessReview, authentication.k8s.io/v1 SelfSubjectReview.
 */
import { authorize } from '@mcp-lab/rbac'
import { z } from 'zod'
import { KubeError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { namespaceName, objectName } from './arguments.ts'
import type { Services } from './services.ts'
import { kindWord } from './target.ts'
import { defineTool, toAttributes, type Tool } from './tool.ts'

const inputSchema = z.strictObject({
  verb: z.string().regex(/^[a-z*]{1,20}$/, 'expected a verb such as get, list, patch or delete'),
  kind: kindWord,
  subresource: z
    .string()
    .regex(/^[a-z]{1,40}$/)
    .optional(),
  name: objectName.optional(),
  namespace: namespaceName.optional().describe('Leave out for all namespaces'),
  tool: z.string().max(41).default('kubernetes_get').describe('The tool it would be done through'),
})

const REVIEW = { apiGroup: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' }

export function kubernetesCanI({ discovery, policy }: Services): Tool {
  return defineTool({
    name: 'kubernetes_can_i',
    title: 'Check what you may do',
    description:
      "Whether you may do something, by this server's policy and by the cluster, and the smallest rule that would allow it.",
    level: 'read',
    inputSchema,
    outputSchema: z.object({
      allowed: z.boolean(),
      policy: z.object({ allowed: z.boolean(), reason: z.string() }),
      cluster: z.object({ allowed: z.boolean(), reason: z.string() }),
    }),
    rbac: [{ verbs: ['create'], apiGroups: [REVIEW.apiGroup], resources: [REVIEW.resource] }],
    attributes: () => [{ verb: 'create', ...REVIEW }],
    run: async ({ verb, kind, subresource, name, namespace, tool }, { kube, subject }) => {
      const { apiGroup, resource, namespaced } = await discovery.find(kind, kube)
      const need = {
        verb,
        apiGroup,
        resource,
        ...(subresource !== undefined && { subresource }),
        ...(namespaced && namespace !== undefined && { namespace }),
        ...(name !== undefined && { name }),
      }
      const decision = authorize(policy(), toAttributes(need, tool, subject))
      const rule = decision.smallestRule === undefined ? '' : ` Smallest rule: ${JSON.stringify(decision.smallestRule)}`
      const own = { allowed: decision.verdict === 'allow', reason: `${decision.reason}${rule}` }
      const cluster = await reviewed(kube, need)
      const allowed = own.allowed && cluster.allowed
      return {
        structuredContent: { allowed, policy: own, cluster },
        text: [
          allowed ? 'yes' : 'no',
          `policy: ${own.allowed ? 'yes' : 'no'}. ${own.reason}`,
          `cluster: ${cluster.allowed ? 'yes' : 'no'}. ${cluster.reason}`,
        ].join('\n'),
      }
    },
  })
}

type Review = { readonly status?: { readonly allowed?: boolean; readonly reason?: string } }

async function reviewed(kube: KubeClient, need: Readonly<Record<string, string>>) {
  const { apiGroup: group, ...attributes } = need
  const spec = { resourceAttributes: { ...attributes, group } }
  const object = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }
  const { status = {} } = await kube.create<Review>(`/apis/authorization.k8s.io/v1/${REVIEW.resource}`, object)
  return { allowed: status.allowed ?? false, reason: status.reason ?? '' }
}

const SELF = { apiGroup: 'authentication.k8s.io', resource: 'selfsubjectreviews' }

export function kubernetesWhoami({ policy, tools }: Services): Tool {
  const identity = z.object({ user: z.string(), groups: z.array(z.string()) })
  return defineTool({
    name: 'kubernetes_whoami',
    title: 'Show who you are',
    description: 'Who you are to this server and to the cluster, and which tools you may use.',
    level: 'read',
    inputSchema: z.strictObject({}),
    outputSchema: z.object({
      server: identity.extend({ actor: z.string().optional() }),
      cluster: identity.optional().describe('Absent when the cluster does not say'),
      tools: z.array(z.string()),
    }),
    rbac: [{ verbs: ['create'], apiGroups: [SELF.apiGroup], resources: [SELF.resource] }],
    attributes: () => [{ verb: 'create', ...SELF }],
    run: async (_args, { kube, subject }) => {
      const { user, groups, actor } = subject
      const server = { user, groups: [...groups], ...(actor !== undefined && { actor }) }
      const cluster = await knownAs(kube)
      const names = tools().filter((tool) => authorize(policy(), { subject, verb: 'call', tool }).verdict === 'allow')
      return {
        structuredContent: { server, ...(cluster && { cluster }), tools: names },
        text: [
          `server: ${user} (groups: ${groups.join(', ') || 'none'})${actor === undefined ? '' : `, through ${actor}`}`,
          cluster
            ? `cluster: ${cluster.user} (groups: ${cluster.groups.join(', ') || 'none'})`
            : 'cluster: does not say',
          `tools: ${names.join(', ')}`,
        ].join('\n'),
      }
    },
  })
}

type SelfReview = {
  readonly status?: { readonly userInfo?: { readonly username?: string; readonly groups?: string[] } }
}

/** Kubernetes before 1.28 has no such review. */
async function knownAs(kube: KubeClient): Promise<{ user: string; groups: string[] } | undefined> {
  try {
    const object = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const { status } = await kube.create<SelfReview>(`/apis/authentication.k8s.io/v1/${SELF.resource}`, object)
    const { username, groups = [] } = status?.userInfo ?? {}
    return username === undefined ? undefined : { user: username, groups }
  } catch (fault) {
    if (fault instanceof KubeError && fault.code === 404) return undefined
    throw fault
  }
}
