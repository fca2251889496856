/**
 * The way back: the writes that restore what a change found, and whether there is a way back at all.
 *
 * What the server owns (status, uid, versions) is not restored. An object that somebody else changed since is left alone,
 * and the difference is told.
 */
import { isDeepStrictEqual } from 'node:util'
import { ToolError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { ownState, pathOf, restored, spelled } from '../kube/object.ts'
import type { Change, Written } from './change-log.ts'
import type { Compare } from './diff.ts'
import { find, isGone, state, type Step } from './preview.ts'
import type { Plan, Write } from './write.ts'

/** A deleted object comes back as another one, and what a Secret held is kept nowhere. */
export function canBeUndone({ write }: Step): boolean {
  return !isGone(write) && write.target.resource.resource !== 'secrets'
}

type Context = { readonly kube: KubeClient; readonly compare: Compare }

/**
 * @returns the plan that undoes a change, last write first
 * @throws  ToolError when an object is no longer as the change left it
 */
export async function undoing(change: Change, context: Context): Promise<Plan> {
  const writes: Write[] = []
  for (const written of change.written.toReversed()) writes.push(await inverse(written, context))
  return { summary: `undo change ${change.id} (${change.summary})`, writes, undoes: change.id }
}

/** The targets that a plan may delete without loss: what the change that it undoes had made. */
export function madeBy({ undoes }: Plan, find: (id: string) => Change | undefined): ReadonlySet<string> {
  const written = undoes === undefined ? [] : (find(undoes)?.written ?? [])
  return new Set(written.filter(({ before }) => before === null).map(({ target }) => pathOf(target)))
}

async function inverse({ target, before, after }: Written, { kube, compare }: Context): Promise<Write> {
  const made = { target, verb: 'delete' } as const
  const now = await find(kube, made)
  if (now === null || !isDeepStrictEqual(state(now), ownState(after)))
    throw changedSince(target, now && compare(ownState(after), ownState(now)))
  return before === null ? made : { target, verb: 'update', object: restored(before, now) }
}

const MAX_LINES = 20

function changedSince(target: Written['target'], difference: readonly string[] | null): ToolError {
  const object = spelled(target)
  if (difference === null) return new ToolError(`${object} is gone, so the change cannot be undone`)
  const lines = difference.slice(0, MAX_LINES)
  return new ToolError(
    `${object} was changed again since, so it is left alone; undo that first, or change it by hand:\n${lines.join('\n')}`,
  )
}
