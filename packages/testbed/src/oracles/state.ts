/**
 * What must hold of the cluster now.
 */
import type { Cluster } from '@mcp-lab/fake-kubectl'
import { kubectl } from '../scenarios/kubectl.ts'
import type { StateCheck } from '../scenarios/schema.ts'
import { wordsOf } from '../scenarios/words.ts'
import { whyNot } from './expression.ts'
import { objectsAt } from './objects.ts'

/** @returns undefined when it holds, else why not */
export async function checkState(cluster: Cluster, check: StateCheck): Promise<string | undefined> {
  const variables = await variablesOf(cluster, check)
  return typeof variables === 'string' ? variables : whyNot(check.holds, variables)
}

async function variablesOf(
  cluster: Cluster,
  { get, list, promql, kubectl: line }: StateCheck,
): Promise<Record<string, unknown> | string> {
  if (get !== undefined) {
    const [object] = await objectsAt(cluster, get)
    return object ? { object } : `there is no ${get}`
  }
  if (list !== undefined) return { objects: await objectsAt(cluster, list) }
  if (promql !== undefined) {
    const { prometheus } = cluster
    if (!prometheus) return 'Prometheus does not run'
    const values = prometheus.instant(promql).map(({ value }) => value)
    return { values, value: values.reduce((sum, value) => sum + value, 0) }
  }
  const { stdout, stderr, code } = await kubectl(cluster, wordsOf(line!))
  return { output: stdout.trim(), errors: stderr.trim(), code }
}
