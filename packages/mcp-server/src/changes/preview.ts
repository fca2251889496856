/**
 * What a plan would do, found out before anybody is asked: each object as it is, and as the API server says that it would
 * be (`dryRun=All`), so defaults, admission and validation have had their say.
 */
import { KubeError } from '../errors.ts'
import type { KubeClient } from '../kube/client.ts'
import { ownState, pathOf, spelled, type KubeObject } from '../kube/object.ts'
import type { Compare } from './diff.ts'
import { send, type Plan, type Write } from './write.ts'

export type Preview = { readonly plan: Plan; readonly steps: readonly Step[] }

export type Step = {
  readonly write: Write
  /** Null when there is none yet. */
  readonly before: KubeObject | null
  /** Null when there will be none. */
  readonly after: KubeObject | null
  /** Field by field and free of secrets; empty when nothing would change. */
  readonly changes: readonly string[]
}

/** @throws KubeError when the API server would refuse a write */
export async function preview(
  plan: Plan,
  { kube, compare }: { readonly kube: KubeClient; readonly compare: Compare },
): Promise<Preview> {
  const steps: Step[] = []
  for (const write of plan.writes) steps.push(await stepOf(write, { kube, compare }))
  return { plan, steps }
}

async function stepOf(
  write: Write,
  { kube, compare }: { readonly kube: KubeClient; readonly compare: Compare },
): Promise<Step> {
  const before = await find(kube, write)
  const answer = await send(kube, write, { dryRun: true })
  const after = isGone(write) ? null : answer
  return { write, before, after, changes: compare(state(before), state(after)) }
}

/** The object that a write is about, if there is one. */
export async function find(kube: KubeClient, { target }: Write): Promise<KubeObject | null> {
  try {
    return await kube.get<KubeObject>(pathOf(target))
  } catch (fault) {
    if (fault instanceof KubeError && fault.code === 404) return null
    throw fault
  }
}

export function isGone({ verb }: Write): boolean {
  return verb === 'delete' || verb === 'evict'
}

/** What people may have decided of an object; nothing of one that is not there. */
export function state(object: KubeObject | null): Record<string, unknown> {
  return object === null ? {} : ownState(object)
}

/** Lines for a person: what would happen to each object. */
export function previewLines({ steps }: Preview): string[] {
  return steps.flatMap(({ write, before, changes }) => {
    const object = spelled(write.target)
    if (isGone(write)) return [`- ${object}`]
    if (before === null) return [`+ ${object}`, ...changes.map((line) => `  ${line}`)]
    return changes.length === 0 ? [`= ${object}: unchanged`] : [`~ ${object}`, ...changes.map((line) => `  ${line}`)]
  })
}
