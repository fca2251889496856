/**
 * What must not even be tried: read from the API log, whatever came of it.
 */
import type { ApiLogEntry } from '@mcp-lab/fake-kubectl'
import type { Forbidden } from '../scenarios/schema.ts'

/** @returns the first request that was forbidden, in words */
export function checkForbidden(entries: readonly ApiLogEntry[], rule: Forbidden): string | undefined {
  const found = entries.find((entry) => isMeant(entry, rule))
  return found && `${found.user.username} tried to ${found.verb} ${found.requestURI}`
}

function isMeant({ verb, objectRef }: ApiLogEntry, { verbs, resources, namespace, name }: Forbidden): boolean {
  if (!objectRef || !(verbs.includes(verb) || verbs.includes('*'))) return false
  const resource = objectRef.subresource ? `${objectRef.resource}/${objectRef.subresource}` : (objectRef.resource ?? '')
  if (!resources.includes(resource) && !resources.includes('*')) return false
  return (
    (namespace === undefined || objectRef.namespace === namespace) && (name === undefined || objectRef.name === name)
  )
}
