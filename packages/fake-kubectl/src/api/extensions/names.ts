/**
 * Which of the names a CustomResourceDefinition asks for it gets: those that no other definition of its group has.
 * Source: apiextensions-apiserver/pkg/controller/status/naming_controller.go.
 */
import { equal } from '../meta.ts'
import type { Condition } from '../types.ts'
import type { Definition, Names } from './definition.ts'

export function acceptedNames(
  definition: Definition,
  others: readonly Definition[],
): { names: Names; condition: Condition } {
  const asked = definition.spec.names
  const had = definition.status?.acceptedNames ?? { plural: '', kind: '' }
  const taken = others.flatMap(({ status }) => (status?.acceptedNames ? [status.acceptedNames] : []))
  const resources = new Set(
    taken.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames]),
  )
  const kinds = new Set(taken.flatMap(({ kind, listKind = '' }) => [kind, listKind]))
  const checks: readonly [name: keyof Names, reason: string, used: ReadonlySet<string>][] = [
    ['plural', 'PluralConflict', resources],
    ['singular', 'SingularConflict', resources],
    ['shortNames', 'ShortNamesConflict', resources],
    ['kind', 'KindConflict', kinds],
    ['listKind', 'ListKindConflict', kinds],
  ]
  const conflicts = checks.flatMap(([name, reason, used]) => {
    const message = conflict(asked[name], had[name], used)
    return message === '' ? [] : [{ name, reason, message }]
  })
  const kept = conflicts.map(({ name }) => [name, had[name]] as const).filter(([, value]) => value !== undefined)
  const lost = new Set<string>(conflicts.map(({ name }) => name))
  const won = Object.entries(asked).filter(([name]) => !lost.has(name))
  return { names: Object.fromEntries([...won, ...kept]) as Names, condition: conditionOf(conflicts.at(-1)) }
}

function conditionOf(conflict: { reason: string; message: string } | undefined): Condition {
  if (conflict) return { type: 'NamesAccepted', status: 'False', reason: conflict.reason, message: conflict.message }
  return { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
}

type Name = string | string[] | undefined

/** The names that others have, in words; `''` when there are none. */
function conflict(asked: Name, had: Name, used: ReadonlySet<string>): string {
  if (asked === undefined || equal(asked, had)) return ''
  const own = [had ?? []].flat()
  const texts = [asked].flat().filter((name) => !own.includes(name) && used.has(name))
  const messages = texts.map((name) => `${JSON.stringify(name)} is already in use`)
  return messages.length > 1 ? `[${messages.join(', ')}]` : (messages[0] ?? '')
}
