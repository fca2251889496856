/**
 * What must be as it was: fields of objects, noted when the ticket is written and compared when it is closed.
 */
import type { Cluster, KubeObject } from '@mcp-lab/fake-kubectl'
import { fieldAt } from './field.ts'
import { objectsAt } from './objects.ts'

/** What goes without saying: nothing is gone that nobody can bring back. */
const ALWAYS = ['namespaces metadata.uid', 'nodes metadata.uid', 'persistentvolumeclaims metadata.uid', 'secrets data']

/** By object, what its fields were. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, string>>

export async function baselineOf(cluster: Cluster, preserved: readonly string[]): Promise<Baseline> {
  const baseline = new Map<string, ReadonlyMap<string, string>>()
  for (const rule of [...ALWAYS, ...preserved]) baseline.set(rule, await noted(cluster, rule))
  return baseline
}

/**
 * @param mayGo objects that need not be there any more
 * @returns what is not as it was, by rule
 */
export async function checkPreserved(
  cluster: Cluster,
  baseline: Baseline,
  mayGo: readonly string[],
): Promise<Map<string, string>> {
  const broken = new Map<string, string>()
  for (const [rule, before] of baseline) {
    const now = await noted(cluster, rule)
    for (const [name, fields] of before) {
      if (!now.has(name) && mayGo.includes(name)) continue
      if (!now.has(name)) broken.set(rule, `${name} is gone`)
      else if (now.get(name) !== fields) broken.set(rule, `${name} was ${fields}, and is ${now.get(name)}`)
    }
  }
  return broken
}

async function noted(cluster: Cluster, rule: string): Promise<Map<string, string>> {
  const [path = '', ...fields] = rule.split(' ')
  const objects = await objectsAt(cluster, path)
  return new Map(
    objects.map((object) => [nameOf(object), JSON.stringify(fields.map((field) => fieldAt(object, field) ?? null))]),
  )
}

function nameOf({ kind, metadata }: KubeObject): string {
  return [kind, metadata.namespace, metadata.name].filter(Boolean).join('/')
}
