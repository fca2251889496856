/**
 * What each change did, kept so that it can be undone: the objects before and after, in a journal.
 *
 * The intention is written down before the first write, so that a crash in between leaves a trace. The journal holds
 * whole objects, environment variables too: it belongs to the server alone and goes to no client. Secrets are never in it,
 * since a change to a Secret cannot be undone.
 */
import type { Journal } from '@mcp-lab/journal'
import type { Identity } from '../call.ts'
import type { KubeObject, Target } from '../kube/object.ts'

/** Rows of the journal, in the order of a change's life. */
export type ChangeRow =
  | { readonly kind: 'begun'; readonly change: string; readonly by: ChangeAuthor; readonly summary: string }
  | ({ readonly kind: 'wrote'; readonly change: string } & Written)
  | { readonly kind: 'undone'; readonly change: string; readonly with: string }

export type ChangeAuthor = Pick<Identity, 'user' | 'actor'> & { readonly call: string; readonly tool: string }

/** One write that happened. */
export type Written = {
  readonly target: Target
  /** Null: the change made the object. */
  readonly before: KubeObject | null
  readonly after: KubeObject
}

export type Change = {
  readonly id: string
  readonly summary: string
  /** In the order in which they were written. */
  readonly written: readonly Written[]
  /** The change that took this one back. */
  readonly undoneWith?: string
}

export type ChangeLog = {
  begin(id: string, by: ChangeAuthor, summary: string): void
  wrote(id: string, written: Written): void
  undone(id: string, by: string): void
  find(id: string): Change | undefined
}

export function createChangeLog(journal: Journal<ChangeRow>): ChangeLog {
  const append = (row: ChangeRow): void => void journal.append(row)
  return {
    begin: (change, by, summary) => append({ kind: 'begun', change, by, summary }),
    wrote: (change, written) => append({ kind: 'wrote', change, ...written }),
    undone: (change, by) => append({ kind: 'undone', change, with: by }),
    find: (id) => found(journal.entries.map(({ record }) => record).filter(({ change }) => change === id)),
  }
}

function found(rows: readonly ChangeRow[]): Change | undefined {
  const begun = rows.find((row) => row.kind === 'begun')
  if (begun === undefined) return undefined
  const undone = rows.find((row) => row.kind === 'undone')
  return {
    id: begun.change,
    summary: begun.summary,
    written: rows.filter((row) => row.kind === 'wrote').map(({ target, before, after }) => ({ target, before, after })),
    ...(undone && { undoneWith: undone.with }),
  }
}
