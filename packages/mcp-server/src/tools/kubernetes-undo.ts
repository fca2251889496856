/**
 * kubernetes_undo: takes back a change that this server made.
 */
import { z } from 'zod'
import { undoing } from '../changes/undo.ts'
import { needsOf } from '../changes/write.ts'
import { ToolError } from '../errors.ts'
import type { Services } from './services.ts'
import { defineChange, type Tool } from './tool.ts'

export function kubernetesUndo({ changes, compare }: Services): Tool {
  const find = (id: string) => {
    const change = changes.find(id)
    if (change === undefined || change.written.length === 0)
      throw new ToolError(`arguments.change: expected the undo id of a change that this server made, found ${id}`)
    if (change.undoneWith !== undefined)
      throw new ToolError(`change ${id} was undone already, with ${change.undoneWith}`)
    return change
  }
  return defineChange({
    name: 'kubernetes_undo',
    title: 'Undo a change',
    description:
      'Take back a change made through this server, by the undo id in its answer. Refused when somebody changed the object since.',
    level: 'change',
    inputSchema: z.strictObject({ change: z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hex digits') }),
    rbac: [{ verbs: ['get', 'update', 'delete'], apiGroups: ['*'], resources: ['*'] }],
    attributes: ({ change }) =>
      find(change).written.flatMap(({ target, before }) => needsOf(target, before === null ? 'delete' : 'update')),
    plan: ({ change }, { kube }) => undoing(find(change), { kube, compare }),
  })
}
