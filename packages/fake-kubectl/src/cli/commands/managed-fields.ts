/**
 * Fields that a client-side apply owns go over to the server-side one, so that fields dropped later are removed.
 * Source: client-go/util/csaupgrade/upgrade.go.
 */
import { copy, isFields } from '../../api/meta.ts'
import type { Wire } from '../wire.ts'

const CLIENT_SIDE = ['kubectl-client-side-apply', 'kubectl-last-applied']

/** @returns the new managedFields; undefined when there is nothing to take over */
export function migrated({ metadata }: Wire, manager: string): Wire[] | undefined {
  const entries: Wire[] = copy(metadata.managedFields ?? [])
  const client = entries.find(
    ({ manager: its, operation, subresource }) => its === CLIENT_SIDE[0] && operation === 'Update' && !subresource,
  )
  if (!client) return undefined
  const server = entries.find(
    ({ manager: its, operation, subresource }) => its === manager && operation === 'Apply' && !subresource,
  )
  if (server) server.fieldsV1 = union(server.fieldsV1, client.fieldsV1)
  else entries.push({ ...client, manager, operation: 'Apply' })
  return entries.filter((entry) => entry !== client)
}

function union(a: Wire, b: Wire): Wire {
  if (!isFields(a) || !isFields(b)) return a ?? b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...keys].map((key) => [key, union((a as Wire)[key], (b as Wire)[key])]))
}
