/**
 * How much a change is worth asking about: its tool's own level, raised by what it touches.
 *
 * Source: design.md §2.6. A namespace is protected by a label that the cluster has, never by what a caller says.
 */
import type { Level } from '../tools/tool.ts'
import { pathOf } from '../kube/object.ts'
import { isGone, type Preview, type Step } from './preview.ts'
import { canBeUndone } from './undo.ts'

export type Assessment = {
  readonly level: Exclude<Level, 'read'>
  /** Why it is dangerous, for the one who approves; empty when it is not. */
  readonly reasons: readonly string[]
}

export const PROTECTED_LABEL = 'mcp-lab/protected'

/** Others put things into these, which are deleted with them. */
const CONTAINERS = ['namespaces', 'customresourcedefinitions', 'persistentvolumeclaims', 'persistentvolumes']

/**
 * @param made        paths of what the journal knows to have been made by the change that this one takes back
 * @param isProtected whether a namespace carries the label `mcp-lab/protected: "true"`
 */
export async function assess(
  { level, made }: { readonly level: Level; readonly made: ReadonlySet<string> },
  { steps }: Preview,
  isProtected: (namespace: string) => Promise<boolean>,
): Promise<Assessment> {
  const reasons = new Set(level === 'dangerous' ? ['the tool is dangerous'] : [])
  for (const step of steps) {
    const { resource, namespace, name } = step.write.target
    const isTakenBack = isGone(step.write) && made.has(pathOf(step.write.target))
    if (!isTakenBack && !canBeUndone(step)) reasons.add('it cannot be undone')
    if (isTakenBack && CONTAINERS.includes(resource.resource))
      reasons.add('what has been put into it since goes with it')
    if (resource.apiGroup === 'rbac.authorization.k8s.io') reasons.add('it changes who may do what')
    if (resource.resource === 'secrets') reasons.add('it changes a Secret')
    if (takesAllReplicas(step)) reasons.add('it takes the last replica away')
    const place = namespace ?? (resource.resource === 'namespaces' ? name : undefined)
    if (place !== undefined && (await isProtected(place))) reasons.add(`namespace ${place} is protected`)
  }
  return { level: reasons.size > 0 ? 'dangerous' : 'change', reasons: [...reasons] }
}

type Scaled = { readonly spec?: { readonly replicas?: number } } | null

function takesAllReplicas({ before, after }: Step): boolean {
  const [old, young] = [before as Scaled, after as Scaled]
  return (old?.spec?.replicas ?? 0) > 0 && young?.spec?.replicas === 0
}
