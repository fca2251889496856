/**
 * Nobody grants through us what they do not hold here: who writes a role must hold all its rules by our own policy, who
 * writes a binding all rules of its role, or be allowed to `escalate` roles or `bind` them.
 *
 * The cluster checks the same of whoever it knows us as. That may be the server, which holds more than the caller.
 * Source: Kubernetes, pkg/registry/rbac/escalation_check.go.
 */
import { authorize, describeRule, rulesFor, uncovered, type Policy, type PolicyRule } from '@mcp-lab/rbac'
import type { Identity } from '../call.ts'
import { KubeError, Refusal } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import type { KubeObject } from '../kube/object.ts'
import { kubePath } from '../kube/path.ts'
import type { Preview, Step } from './preview.ts'

export type Granting = {
  readonly policy: Policy
  readonly subject: Identity
  readonly tool: string
  /** As the server itself: the caller need not be allowed to read the role that a binding names. */
  readonly kube: KubeClient
}

const GROUP = 'rbac.authorization.k8s.io'

/** @throws Refusal naming what the caller would give away without holding it */
export async function refuseEscalation(granting: Granting, { steps }: Preview): Promise<void> {
  for (const step of steps) {
    const { resource } = step.write.target
    if (resource.apiGroup !== GROUP || step.after === null || step.changes.length === 0) continue
    await refuseGranting(granting, step, step.after)
  }
}

type Grant = { readonly verb: 'escalate' | 'bind'; readonly resource: string; readonly name: string }

async function refuseGranting(granting: Granting, { write }: Step, object: KubeObject): Promise<void> {
  const { resource, namespace = '', name } = write.target
  const isBinding = resource.resource.endsWith('bindings')
  const roleRef = (object as Bound).roleRef
  const grant: Grant = isBinding
    ? { verb: 'bind', resource: `${roleRef?.kind.toLowerCase()}s`, name: roleRef?.name ?? '' }
    : { verb: 'escalate', resource: resource.resource, name }
  if (isAllowed(granting, grant, namespace)) return
  const wanted = isBinding ? await rulesBound(granting.kube, object, namespace) : rulesOf(object)
  const missing = uncovered(held(granting, namespace), wanted)
  if (missing.length === 0) return
  const list = missing.map(describeRule).join('; ')
  throw new Refusal(
    'denied',
    `denied: ${granting.subject.user} would grant what they do not hold: ${list}. It takes those rules, or the verb ${grant.verb} on ${grant.resource}`,
  )
}

function isAllowed({ policy, subject, tool }: Granting, { verb, resource, name }: Grant, namespace: string): boolean {
  const place = namespace === '' ? {} : { namespace }
  return authorize(policy, { subject, tool, verb, apiGroup: GROUP, resource, name, ...place }).verdict === 'allow'
}

/** A rule for other tools alone is not held through this one. */
function held({ policy, subject, tool }: Granting, namespace: string): readonly PolicyRule[] {
  return rulesFor(policy)(subject, namespace).rules.filter(
    ({ tools }) => tools === undefined || tools.includes('*') || tools.includes(tool),
  )
}

type Ruled = KubeObject & { readonly rules?: readonly PolicyRule[] | null; readonly aggregationRule?: unknown }
type Bound = KubeObject & { readonly roleRef?: { readonly kind: string; readonly name: string } }

const EVERYTHING: readonly PolicyRule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]

/** What an aggregated role will hold, nobody knows beforehand. */
function rulesOf({ rules, aggregationRule }: Ruled): readonly PolicyRule[] {
  return aggregationRule === undefined ? (rules ?? []) : EVERYTHING
}

/** A role that is yet to be written may become anything. */
async function rulesBound(kube: KubeClient, { roleRef }: Bound, namespace: string): Promise<readonly PolicyRule[]> {
  const { kind = '', name = '' } = roleRef ?? {}
  const path = kind === 'Role' ? kubePath`/namespaces/${namespace}/roles/${name}` : kubePath`/clusterroles/${name}`
  try {
    const role = await kube.get<Ruled>(`/apis/${GROUP}/v1${path}`)
    return role.rules ?? []
  } catch (fault) {
    if (fault instanceof KubeError && fault.code === 404) return EVERYTHING
    throw fault
  }
}
