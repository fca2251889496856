/**
 * CEL, the language in which Kubernetes itself writes what must hold, with a few words for workloads.
 */
import { Environment } from '@marcbachmann/cel-js'
import { fieldAt } from './field.ts'

type Fields = Record<string, unknown>

const environment = new Environment({ unlistedVariablesAreDyn: true })
  .registerFunction('hasField(dyn, string): bool', hasField)
  .registerFunction('rolledOut(dyn): bool', rolledOut)
  .registerFunction('isReady(dyn): bool', isReady)
  .registerFunction('image(dyn): string', imageOf)
  .registerFunction('restarts(dyn): double', restartsOf)
  .registerFunction('conditionOf(dyn, string): string', conditionOf)

const known = new Map<string, (variables: Fields) => unknown>()

/**
 * @returns undefined when it holds, else why not
 * @throws RangeError for what is no expression
 */
export function whyNot(expression: string, variables: Fields): string | undefined {
  let evaluate = known.get(expression)
  if (!evaluate) known.set(expression, (evaluate = parsed(expression)))
  try {
    return evaluate(variables) === true ? undefined : `${expression} does not hold`
  } catch (fault) {
    return `${expression}: ${(fault as Error).message.split('\n')[0]}`
  }
}

function parsed(expression: string): (variables: Fields) => unknown {
  try {
    return environment.parse(expression)
  } catch (fault) {
    throw new RangeError(`${expression}: ${(fault as Error).message}`)
  }
}

/** By its path, `spec.containers.0.livenessProbe`; CEL's own `has` does not look into lists. */
function hasField(object: unknown, path: string): boolean {
  const found = fieldAt(object, path)
  return found !== undefined && found !== null
}

/** Are all replicas there, of the present template, and available? */
function rolledOut(workload: Fields): boolean {
  const { spec, status, metadata } = workload as Record<string, Record<string, number>>
  const wanted = spec!['replicas'] ?? status!['desiredNumberScheduled'] ?? 1
  const counts = [
    status!['updatedReplicas'] ?? status!['updatedNumberScheduled'] ?? 0,
    status!['availableReplicas'] ?? status!['numberAvailable'] ?? 0,
    status!['replicas'] ?? status!['currentNumberScheduled'] ?? 0,
  ]
  return (
    counts.every((count) => count === wanted) && (status!['observedGeneration'] ?? 0) >= (metadata!['generation'] ?? 0)
  )
}

/** Has it the condition Ready, as pods and nodes have? */
function isReady(object: Fields): boolean {
  return conditionOf(object, 'Ready') === 'True'
}

/** The status of a condition; empty where there is none. */
function conditionOf({ status }: Fields, type: string): string {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] }
  return conditions.find((it) => it.type === type)?.status ?? ''
}

/** The image of the first container, of a pod or of a template. */
function imageOf({ spec }: Fields): string {
  const { template, containers } = spec as {
    template?: { spec: { containers: { image: string }[] } }
    containers?: { image: string }[]
  }
  return (template?.spec.containers ?? containers ?? [])[0]?.image ?? ''
}

/** How often a pod's containers have been started again. */
function restartsOf({ status }: Fields): number {
  const { containerStatuses = [] } = (status ?? {}) as { containerStatuses?: { restartCount: number }[] }
  return containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0)
}
