/**
 * Stage 3, validate: the arguments become what the tool's input schema says, or the model is told field by field.
 *
 * A failure is a tool result and no protocol error, so that the model can correct itself (SEP-1303).
 */
import { z } from 'zod'
import { Refusal, ToolError } from '../errors.ts'
import type { Prompt } from '../prompts/prompt.ts'
import type { Tool } from '../tools/tool.ts'

const MAX_ISSUES = 5

export function validate(tool: Tool, args: unknown): unknown {
  const parsed = tool.inputSchema.safeParse(args ?? {})
  if (parsed.success) return parsed.data
  throw new Refusal('malformed', `invalid arguments for ${tool.name}: ${issues(parsed.error)}`)
}

/** A prompt's arguments are texts, and those it needs are there. */
export function validatePrompt({ name, arguments: known }: Prompt, args: unknown): Readonly<Record<string, string>> {
  const schema = z.strictObject(
    Object.fromEntries(known.map((argument) => [argument.name, argument.required ? words : words.optional()])),
  )
  const parsed = schema.safeParse(args ?? {})
  if (parsed.success) return parsed.data as Readonly<Record<string, string>>
  throw new Refusal('malformed', `invalid arguments for ${name}: ${issues(parsed.error)}`)
}

const words = z.string().max(2_000)

/** A result that breaks the tool's own promise never leaves. */
export function validateResult(tool: Tool, structuredContent: unknown): Record<string, unknown> {
  const parsed = tool.outputSchema.safeParse(structuredContent)
  if (parsed.success) return parsed.data as Record<string, unknown>
  throw new ToolError(
    `${tool.name} answered against its own output schema: ${issues(parsed.error, 'structuredContent')}`,
  )
}

/** What is wrong with a value, field by field; `root` is what the value is called. */
export function issues({ issues }: z.ZodError, root = 'arguments'): string {
  const shown = issues.slice(0, MAX_ISSUES).map(({ path, message }) => `${spelled(root, path)}: ${message}`)
  const more = issues.length - shown.length
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function spelled(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((at, key) => at + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`), root)
}
