/**
 * How much a change is worth asking about: its tool's own level, raised by what it touches.
 *
 * Source: design.md §2.6. A namespace is protected by a label that the cluster has, never by what a caller says.
 */
import type { Level } from '../tools/tool.ts'
import type { Preview, Step } from './preview.ts'
import { canBeUndone } from './undo.ts'

export type Assessment = {
  readonly level: Exclude<Level, 'read'>
  /** Why it is dangerous, for the one who approves; empty when it is not. */
  readonly reasons: readonly string[]
}

export const PROTECTED_LABEL = 'mcp-lab/protected'

/**
 * @param isWayBack   it takes back what the journal knows, so its deletions are no loss
 * @param isProtected whether a namespace carries the label `mcp-lab/protected: "true"`
 */
export async function assess(
  { level, isWayBack }: { readonly level: Level; readonly isWayBack: boolean },
  { steps }: Preview,
  isProtected: (namespace: string) => Promise<boolean>,
): Promise<Assessment> {
  const reasons = new Set(level === 'dangerous' ? ['the tool is dangerous'] : [])
  for (const step of steps) {
    const { resource, namespace, name } = step.write.target
    if (!isWayBack && !canBeUndone(step)) reasons.add('it cannot be undone')
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
