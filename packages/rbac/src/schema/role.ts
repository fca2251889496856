/**
 * What a Role or ClusterRole may look like, in Kubernetes' dialect and in ours, which alone knows `tools`.
 *
 * Source: Kubernetes `pkg/apis/rbac/validation/validation.go` (validatePolicyRule).
 */
import { z } from 'zod'

import { TOOL_VERBS } from '../match.ts'
import type { Role } from '../policy.ts'
import type { PolicyRule } from '../types.ts'
import { anything, clusterMeta, fault, MCP_LAB, names, namespacedMeta, strict, text, words } from './parts.ts'

/** The schema of one kind of role in the dialect of one apiVersion; it parses a document into a Role. */
export function roleSchema(kind: Role['kind'], apiVersion: string): z.ZodType<Role> {
  const rules = z.array(apiVersion === MCP_LAB ? mcpLabRule : kubernetesRule, 'a list of rules').nullish()
  const head = { apiVersion: z.literal(apiVersion), kind: z.literal(kind) }
  if (kind === 'Role') {
    return strict({ ...head, metadata: namespacedMeta, rules })
      .superRefine(checkNamespaced)
      .transform(({ metadata, rules }) => ({
        kind,
        name: metadata.name,
        namespace: metadata.namespace,
        rules: (rules ?? []).map(policyRule),
      }))
  }
  // An aggregationRule grants nothing by itself: a controller, or `aggregate.ts`, makes rules of it.
  return strict({ ...head, metadata: clusterMeta, rules, aggregationRule: anything }).transform(
    ({ metadata, rules }) => ({ kind, name: metadata.name, rules: (rules ?? []).map(policyRule) }),
  )
}

const ruleShape = {
  verbs: words,
  apiGroups: words.nullish(),
  resources: words.nullish(),
  resourceNames: names.nullish(),
  nonResourceURLs: words.nullish(),
}
const toolGlob = text.regex(/^[a-z0-9_*]+$/, 'a tool name of a-z, 0-9 and _, with * for any run of them')
const tools = z.array(toolGlob, 'a list of tool names').min(1, 'at least one entry').nullish()

const kubernetesRule = strict(ruleShape).superRefine(checkRule)
const mcpLabRule = strict({ ...ruleShape, tools }).superRefine(checkRule)

type RuleManifest = z.infer<z.ZodObject<typeof ruleShape>> & { tools?: string[] | null | undefined }

function checkRule(rule: RuleManifest, context: z.core.$RefinementCtx): void {
  const namesResources = !!rule.resources || !!rule.apiGroups || !!rule.resourceNames
  if (rule.nonResourceURLs && namesResources) {
    fault(context, ['nonResourceURLs'], 'either resources or URLs: a rule cannot apply to both')
  } else if (rule.tools && !rule.nonResourceURLs && !namesResources) {
    const others = rule.verbs.filter((verb) => !TOOL_VERBS.includes(verb))
    if (others.length > 0)
      fault(context, ['verbs'], '"call" or "approve", the verbs of a rule that names nothing but tools')
  } else if (!rule.nonResourceURLs) {
    if (!rule.resources) fault(context, ['resources'], 'at least one resource')
    if (!rule.apiGroups) fault(context, ['apiGroups'], 'at least one API group, "" for the core group')
  }
}

function checkNamespaced(
  { rules }: { rules?: RuleManifest[] | null | undefined },
  context: z.core.$RefinementCtx,
): void {
  rules?.forEach((rule, index) => {
    if (!rule.nonResourceURLs) return
    fault(
      context,
      ['rules', index, 'nonResourceURLs'],
      'none in a Role: a URL has no namespace, so only a ClusterRole names it',
    )
  })
}

/** Drops what is absent, so that `tools: null` does not read as a rule with tools. */
function policyRule(rule: RuleManifest): PolicyRule {
  const { verbs, ...optional } = rule
  return { verbs, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value)) }
}
