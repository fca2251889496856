/**
 * Stage 6, approve: a read needs nobody's word; anything else needs a person's, bound to the exact change.
 *
 * No approver is wired to this server yet, so whatever needs approval is refused, in the shape that approvals will have.
 */
import { Refusal } from '../errors.ts'
import type { Tool } from '../tools/tool.ts'
import type { Attempt } from './audit.ts'

export function approve(tool: Tool, { argumentsDigest }: Attempt): void {
  if (tool.level === 'read') return
  const reason = tool.level === 'change' ? 'it changes the cluster' : 'it cannot be undone'
  throw new Refusal(
    'approval-required',
    `approval_required: ${tool.name} needs a person's approval, as ${reason}; this server has no approver, so nothing was done`,
    { meta: { 'mcp-lab/approval-required': { tool: tool.name, level: tool.level, digest: argumentsDigest } } },
  )
}
