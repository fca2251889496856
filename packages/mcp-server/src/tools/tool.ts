/**
 * What a tool is: data, one function that says what it will ask of the cluster, and one that does it. A read runs; a
 * change only plans, and what it planned is shown, approved, written and kept for undoing by the server.
 *
 * Checks a definition once, when its file is read, and derives what tools/list shows of it. Knows nothing of the
 * pipeline that decides whether a call may run.
 * Sources: MCP specification, server/tools; design.md §2.6 for the levels.
 */
import type { Attributes, PolicyRule, Subject } from '@mcp-lab/rbac'
import { z } from 'zod'
import type { ClientCapabilities, Identity, Progress } from '../call.ts'
import type { Plan } from '../changes/write.ts'
import type { KubeClient } from '../kube/client.ts'

/** `read` changes nothing; `change` can be undone; `dangerous` cannot, or reaches further than its object. */
export type Level = 'read' | 'change' | 'dangerous'

/** One thing a tool will ask of the cluster, in the words of a policy rule; the server adds subject and tool. */
export type ToolAttributes = {
  readonly verb: string
  /** `''` is the core group, and the default. */
  readonly apiGroup?: string
  /** The plural, `pods`. */
  readonly resource: string
  /** `log` of `pods/log`. */
  readonly subresource?: string
  /** Absent: cluster-scoped, or all namespaces. */
  readonly namespace?: string
  /** Absent: any name. */
  readonly name?: string
}

/** What a tool is handed beside its arguments. */
export type ToolContext = {
  /** The Kubernetes API as the caller may see it: it refuses what `attributes` did not declare. */
  readonly kube: KubeClient
  readonly subject: Identity
  /** Aborts when the client cancels, the deadline passes or the server closes. */
  readonly signal: AbortSignal
  /** Tells a client that asked how far the work is. */
  readonly progress: (progress: Progress) => void
  /** What the client can be asked, by throwing InputNeeded in `run`. */
  readonly client: ClientCapabilities
  /** What it answered, key by key, as it came; and what the tool wanted to remember. */
  readonly input: { readonly responses: Readonly<Record<string, unknown>>; readonly memory: unknown }
  /** Sends a log message to a client that wants such. */
  readonly log: (level: string, data: unknown) => void
}

/** `structuredContent` fits the output schema; `text` says the same to a model, in few words. */
export type ToolResult<O> = {
  readonly structuredContent: O
  readonly text: string
  /** Content blocks of the protocol beside the text: images, sound, resources. */
  readonly content?: readonly unknown[]
}

/** What both sorts of tools have. */
type Described<I extends z.ZodType> = {
  readonly name: string
  readonly title: string
  /** A model chooses by this text: what it does, when to use it, what it leaves out. */
  readonly description: string
  /** `z.strictObject({ … })`, so that a misspelt argument is an error and not ignored. */
  readonly inputSchema: I
  /** Only what differs from what the level says. */
  readonly annotations?: Partial<ToolAnnotations>
  /** The widest need of the tool, for people who write policies; shown in `_meta`. */
  readonly rbac?: readonly PolicyRule[]
  attributes(args: z.output<I>, context: ToolContext): readonly ToolAttributes[] | Promise<readonly ToolAttributes[]>
}

export type ToolDefinition<I extends z.ZodType, O extends z.ZodType> = Described<I> & {
  /** What only runs cannot be shown beforehand: it reads, or it is dangerous. */
  readonly level: 'read' | 'dangerous'
  readonly outputSchema: O
  run(args: z.output<I>, context: ToolContext): Promise<ToolResult<z.input<O>>>
}

export type ChangeDefinition<I extends z.ZodType> = Described<I> & {
  readonly level: 'change' | 'dangerous'
  /** Looks, and says what to write; every write must be declared in `attributes`. */
  plan(args: z.output<I>, context: ToolContext): Promise<Plan>
}

/** Hints for hosts; they enforce nothing. */
export type ToolAnnotations = {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

/** A row of tools/list. */
export type ListedTool = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: ObjectSchema
  readonly outputSchema: ObjectSchema
  readonly annotations: ToolAnnotations
  readonly _meta: Readonly<Record<string, unknown>>
}

type ObjectSchema = { readonly type: 'object'; readonly [keyword: string]: unknown }

export type Tool = RunTool | ChangeTool

type RunTool = ToolDefinition<z.ZodType, z.ZodType> & { readonly listed: ListedTool }

export type ChangeTool = ChangeDefinition<z.ZodType> & {
  readonly outputSchema: typeof CHANGE_OUTPUT
  readonly listed: ListedTool
}

/** The question a policy answers about one declared need. */
export function toAttributes(need: ToolAttributes, tool: string, subject: Subject): Attributes {
  return { apiGroup: '', ...need, subject, tool }
}

/** What every change answers. */
export const CHANGE_OUTPUT = z.object({
  summary: z.string(),
  done: z.boolean().describe('False for a dry run, or when nothing was to be changed'),
  changes: z.array(z.string()),
  undo: z.string().optional().describe('Takes it back: the change of kubernetes_undo'),
})

const dryRun = z.boolean().default(false).describe('Only show what would change')

const NAME = /^[a-z][a-z0-9_]{2,40}$/
/**
 * Makes a tool of a definition.
 *
 * @param definition the tool as data, with `attributes` and `run`
 * @returns          the tool, with its row of tools/list derived once
 * @throws           TypeError saying which field is wrong, what was expected and what to do
 * @example          export const whoami = defineTool({ name: 'whoami', level: 'read', … })
 */
export function defineTool<I extends z.ZodType, O extends z.ZodType>(definition: ToolDefinition<I, O>): Tool {
  checkWords(definition)
  checkFunction(definition, 'attributes', DECLARES)
  checkFunction(definition, 'run', 'it does the work and returns { structuredContent, text }')
  checkLevel(definition, ['read', 'dangerous'], 'what changes something says so beforehand: use defineChange')
  return { ...definition, listed: listing(definition) }
}

/**
 * Makes a tool that changes the cluster. It gets the argument `dryRun` and the output of every change; the server does
 * the writes that `plan` returns once they are approved.
 *
 * @throws  TypeError as {@link defineTool}
 * @example export const pause = defineChange({ name: 'pause', level: 'change', …, plan: async () => ({ summary, writes }) })
 */
export function defineChange<I extends z.ZodObject>(definition: ChangeDefinition<I>): Tool {
  checkWords(definition)
  checkFunction(definition, 'attributes', DECLARES)
  checkFunction(definition, 'plan', 'it returns { summary, writes }')
  checkLevel(definition, ['change', 'dangerous'], 'a tool that only reads is made by defineTool')
  const tool = {
    ...definition,
    inputSchema: definition.inputSchema.extend({ dryRun }),
    outputSchema: CHANGE_OUTPUT,
  } as unknown as ChangeTool
  return { ...tool, listed: listing(tool) }
}

export function isChangeTool(tool: Tool): tool is ChangeTool {
  return 'plan' in tool
}

const DECLARES = 'it declares what the tool will ask of the cluster, for example [{ verb: "list", resource: "nodes" }]'

/** Whether a value is what {@link defineTool} returns, for those who load tools from other people's modules. */
export function isTool(value: unknown): value is Tool {
  return typeof value === 'object' && value !== null && 'listed' in value && ('run' in value || 'plan' in value)
}

type Unchecked = Readonly<Record<string, unknown>>

function checkWords({ name, title, description }: Unchecked): void {
  if (typeof name !== 'string' || !NAME.test(name))
    throw new TypeError(
      `tool ${JSON.stringify(name)}, name: expected 3 to 41 of a-z, 0-9 and _, starting with a letter; try "disk_usage"`,
    )
  for (const [field, value] of Object.entries({ title, description }))
    if (typeof value !== 'string' || value.trim() === '')
      throw new TypeError(`tool "${name}", ${field}: expected text; a model chooses by it, so say what the tool does`)
}

function checkFunction(tool: Unchecked, field: string, purpose: string): void {
  const found = typeof tool[field]
  if (found !== 'function')
    throw new TypeError(`tool "${String(tool['name'])}", ${field}: expected a function, found ${found}; ${purpose}`)
}

function checkLevel({ name, level }: Unchecked, levels: readonly Level[], otherwise: string): void {
  if (!levels.includes(level as Level))
    throw new TypeError(
      `tool "${String(name)}", level: expected one of ${levels.join(', ')}, found ${JSON.stringify(level)}; ${otherwise}`,
    )
}

type Listable = Omit<RunTool, 'listed' | 'run' | 'level'> & { readonly level: Level }

function listing(tool: Listable): ListedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool, 'inputSchema', 'input'),
    outputSchema: jsonSchema(tool, 'outputSchema', 'output'),
    annotations: { ...annotationsOf(tool.level), ...tool.annotations },
    _meta: { 'mcp-lab/level': tool.level, ...(tool.rbac && { 'mcp-lab/rbac': tool.rbac }) },
  }
}

function annotationsOf(level: Level): ToolAnnotations {
  return {
    readOnlyHint: level === 'read',
    destructiveHint: level === 'dangerous',
    idempotentHint: level === 'read',
    openWorldHint: false,
  }
}

function jsonSchema(tool: Listable, field: 'inputSchema' | 'outputSchema', io: 'input' | 'output'): ObjectSchema {
  const { $schema: _dialect, ...schema } = derive(tool, field, io)
  if (schema.type === 'object') return { ...schema, type: 'object' }
  throw new TypeError(`tool "${tool.name}", ${field}: expected an object schema; ${EXAMPLE[field]}`)
}

const EXAMPLE = {
  inputSchema: 'write z.strictObject({ … }), or z.strictObject({}) when the tool takes no arguments',
  outputSchema: 'write z.object({ … }); a list goes into a field, as in { nodes: [ … ] }',
}

function derive(
  tool: Listable,
  field: 'inputSchema' | 'outputSchema',
  io: 'input' | 'output',
): z.core.JSONSchema.BaseSchema {
  try {
    return z.toJSONSchema(tool[field], { io, override: ({ jsonSchema }) => withoutNoise(jsonSchema) })
  } catch (fault) {
    throw new TypeError(
      `tool "${tool.name}", ${field}: expected a zod schema that JSON Schema can express; ${EXAMPLE[field]}`,
      { cause: fault },
    )
  }
}

/** Every model reads these schemas at every turn: what says nothing to it costs tokens. A pattern's message says more. */
function withoutNoise(schema: z.core.JSONSchema.BaseSchema): void {
  delete schema.pattern
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (typeof schema.propertyNames === 'object' && schema.propertyNames.type === 'string') delete schema.propertyNames
}
