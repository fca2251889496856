/**
 * The part of execute that changes something: the tool has only planned, and what it planned was shown and approved.
 */
import type { Identity } from '../call.ts'
import { perform } from '../changes/perform.ts'
import { previewLines, type Preview, type Step } from '../changes/preview.ts'
import { canBeUndone } from '../changes/undo.ts'
import type { KubeClient } from '../kube/client.ts'
import type { Ports } from '../ports.ts'
import type { ToolContext } from '../tools/tool.ts'
import type { Approved, Execution } from './execute.ts'

type Changing = Execution & { readonly context: ToolContext }

/** Writes what was shown, step by step, and keeps what undoing it takes. */
export async function change(ports: Ports, changing: Changing, { shown, attempt }: Approved): Promise<unknown> {
  const { call, tool, args, subject, context } = changing
  if (shown === undefined) throw new TypeError(`${tool.name}: nothing was shown, so nothing is done`)
  const steps = shown.steps.filter(({ changes }) => changes.length > 0)
  if (steps.length === 0 || (args as { dryRun: boolean }).dryRun) return changeResult(shown)
  const id = ports.newSecret().slice(0, CHANGE_ID_LENGTH)
  attempt.change = id
  ports.changes.begin(id, { ...author(subject), call: call.id, tool: tool.name }, shown.plan.summary)
  for (const [n, step] of steps.entries()) {
    await write(ports, { id, kube: context.kube }, step)
    context.progress({ progress: n + 1, total: steps.length })
  }
  if (shown.plan.undoes !== undefined) ports.changes.undone(shown.plan.undoes, id)
  return changeResult(shown, { undo: steps.every(canBeUndone) ? id : undefined })
}

const CHANGE_ID_LENGTH = 16

function author({ user, actor }: Identity): Pick<Identity, 'user' | 'actor'> {
  return { user, ...(actor !== undefined && { actor }) }
}

async function write(ports: Ports, { id, kube }: { id: string; kube: KubeClient }, step: Step): Promise<void> {
  const after = await perform(kube, step)
  if (after !== null && canBeUndone(step))
    ports.changes.wrote(id, { target: step.write.target, before: step.before, after })
}

/** @param done absent when nothing was written */
function changeResult(shown: Preview, done?: { readonly undo: string | undefined }): unknown {
  const { summary } = shown.plan
  const changes = previewLines(shown)
  const undo = done?.undo
  const lines = [
    `${done ? 'done' : 'not done'}: ${summary}`,
    ...changes,
    ...(undo === undefined ? [] : [`undo: ${undo}`]),
  ]
  return {
    structuredContent: { summary, done: done !== undefined, changes, ...(undo !== undefined && { undo }) },
    text: lines.join('\n'),
  }
}
