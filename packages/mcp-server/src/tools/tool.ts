/**
 * What a tool is: data, plus one function that runs and one that says what it will ask of the cluster.
 *
 * Checks a definition once, when its file is read, and derives what tools/list shows of it. Knows nothing of the
 * pipeline that decides whether a call may run.
 * Sources: MCP specification, server/tools; design.md §2.6 for the levels.
 */
import type { Attributes, PolicyRule, Subject } from '@mcp-lab/rbac'
import { z } from 'zod'
import type { KubeClient } from '../kube-client.ts'

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
  readonly subject: Subject
  /** Aborts when the client cancels, the deadline passes or the server closes. */
  readonly signal: AbortSignal
}

/** `structuredContent` fits the output schema; `text` says the same to a model, in few words. */
export type ToolResult<O> = { readonly structuredContent: O; readonly text: string }

export type ToolDefinition<I extends z.ZodType, O extends z.ZodType> = {
  readonly name: string
  readonly title: string
  /** A model chooses by this text: what it does, when to use it, what it leaves out. */
  readonly description: string
  readonly level: Level
  /** `z.strictObject({ … })`, so that a misspelt argument is an error and not ignored. */
  readonly inputSchema: I
  readonly outputSchema: O
  /** Only what differs from what the level says. */
  readonly annotations?: Partial<ToolAnnotations>
  /** The widest need of the tool, for people who write policies; shown in `_meta`. */
  readonly rbac?: readonly PolicyRule[]
  attributes(args: z.output<I>, context: ToolContext): readonly ToolAttributes[] | Promise<readonly ToolAttributes[]>
  run(args: z.output<I>, context: ToolContext): Promise<ToolResult<z.input<O>>>
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
  readonly annotations: ToolAnnotations & { readonly title: string }
  readonly _meta: Readonly<Record<string, unknown>>
}

type ObjectSchema = { readonly type: 'object'; readonly [keyword: string]: unknown }

export type Tool = ToolDefinition<z.ZodType, z.ZodType> & { readonly listed: ListedTool }

/** The question a policy answers about one declared need. */
export function toAttributes(need: ToolAttributes, tool: string, subject: Subject): Attributes {
  return { apiGroup: '', ...need, subject, tool }
}

const NAME = /^[a-z][a-z0-9_]{2,40}$/
const LEVELS: readonly string[] = ['read', 'change', 'dangerous'] satisfies Level[]

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
  checkFunctions(definition)
  return { ...definition, listed: listing(definition) }
}

/** Whether a value is what {@link defineTool} returns, for those who load tools from other people's modules. */
export function isTool(value: unknown): value is Tool {
  return typeof value === 'object' && value !== null && 'listed' in value && 'run' in value
}

function checkWords({ name, title, description, level }: ToolDefinition<z.ZodType, z.ZodType>): void {
  if (typeof name !== 'string' || !NAME.test(name))
    throw new TypeError(
      `tool ${JSON.stringify(name)}, name: expected 3 to 41 of a-z, 0-9 and _, starting with a letter; try "disk_usage"`,
    )
  for (const [field, value] of Object.entries({ title, description }))
    if (typeof value !== 'string' || value.trim() === '')
      throw new TypeError(`tool "${name}", ${field}: expected text; a model chooses by it, so say what the tool does`)
  if (!LEVELS.includes(level))
    throw new TypeError(`tool "${name}", level: expected one of ${LEVELS.join(', ')}, found ${JSON.stringify(level)}`)
}

function checkFunctions(tool: ToolDefinition<z.ZodType, z.ZodType>): void {
  const purpose = {
    attributes: 'it declares what the tool will ask of the cluster, for example [{ verb: "list", resource: "nodes" }]',
    run: 'it does the work and returns { structuredContent, text }',
  }
  for (const field of ['attributes', 'run'] as const)
    if (typeof tool[field] !== 'function')
      throw new TypeError(
        `tool "${tool.name}", ${field}: expected a function, found ${typeof tool[field]}; ${purpose[field]}`,
      )
}

function listing(tool: ToolDefinition<z.ZodType, z.ZodType>): ListedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool, 'inputSchema', 'input'),
    outputSchema: jsonSchema(tool, 'outputSchema', 'output'),
    annotations: { title: tool.title, ...annotationsOf(tool.level), ...tool.annotations },
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

function jsonSchema(
  tool: ToolDefinition<z.ZodType, z.ZodType>,
  field: 'inputSchema' | 'outputSchema',
  io: 'input' | 'output',
): ObjectSchema {
  const { $schema: _dialect, ...schema } = derive(tool, field, io)
  if (schema.type === 'object') return { ...schema, type: 'object' }
  throw new TypeError(`tool "${tool.name}", ${field}: expected an object schema; ${EXAMPLE[field]}`)
}

const EXAMPLE = {
  inputSchema: 'write z.strictObject({ … }), or z.strictObject({}) when the tool takes no arguments',
  outputSchema: 'write z.object({ … }); a list goes into a field, as in { nodes: [ … ] }',
}

function derive(
  tool: ToolDefinition<z.ZodType, z.ZodType>,
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

/** Every model reads these schemas at every turn: what says nothing costs tokens. */
function withoutNoise(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (typeof schema.propertyNames === 'object' && schema.propertyNames.type === 'string') delete schema.propertyNames
}
