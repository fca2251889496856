/**
 * What a manager is told whose apply would change what others own.
 * Source: apimachinery/pkg/util/managedfields/internal/conflict.go.
 */
import { printPath } from '../../api/field-set/field-set.ts'
import { ApiError } from '../../api/status.ts'
import { idOf, type Owner } from './owners.ts'
import type { Conflict, Conflicts } from './updater.ts'

export function conflictError({ list }: Conflicts): ApiError {
  const causes = list.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${print(owner)}`,
    field: printPath(path),
  }))
  return new ApiError(409, 'Conflict', messageOf(list), { causes })
}

function messageOf(list: readonly Conflict[]): string {
  const [only] = list
  if (only && list.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${print(only.owner)}: ${printPath(only.path)}`
  }
  const owners = new Map(list.map(({ owner }) => [idOf(owner), owner]))
  const lines = [...owners.keys()]
    .sort()
    .flatMap((id) => [
      `conflicts with ${print(owners.get(id)!)}:`,
      ...list.filter(({ owner }) => idOf(owner) === id).map(({ path }) => `- ${printPath(path)}`),
    ])
  return `Apply failed with ${list.length} conflicts: ${lines.join('\n')}`
}

function print({ manager, subresource, operation, apiVersion }: Owner): string {
  const part = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`
  return `${JSON.stringify(manager)}${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`
}
