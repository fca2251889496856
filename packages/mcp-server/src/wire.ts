/**
 * Between the pipeline's words and the protocol's: what a list and an answer look like on the wire, method by method.
 *
 * Source: MCP specification 2026-07-28, schema; the same shapes serve 2025-11-25.
 */
import {
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
  type CompleteResult,
  type GetPromptResult,
  type InputRequests,
  type InputRequiredResult,
  type ListPromptsResult,
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  type ListToolsResult,
  type PromptMessage,
  type ReadResourceResult,
} from '@modelcontextprotocol/server'
import { completed, completionOf } from './completions.ts'
import type { Answer, Call, Caller, Method } from './call.ts'
import type { Pipeline } from './pipeline.ts'
import type { Ports } from './ports.ts'
import { findResource, isTemplate, type Resource } from './resources/resource.ts'

export type Lists = {
  'tools/list': ListToolsResult
  'resources/list': ListResourcesResult
  'resources/templates/list': ListResourceTemplatesResult
  'prompts/list': ListPromptsResult
}

export const LISTS: { readonly [L in keyof Lists]: (pipeline: Pipeline, caller: Caller) => Promise<Lists[L]> } = {
  'tools/list': async (pipeline, caller) => ({
    tools: (await pipeline.listTools(caller)).map(({ listed }) => listed) as ListToolsResult['tools'],
  }),
  'resources/list': async (pipeline, caller) => ({
    resources: (await pipeline.listResources(caller)).filter((it) => !isTemplate(it)).map(listedResource),
  }),
  'resources/templates/list': async (pipeline, caller) => ({
    resourceTemplates: (await pipeline.listResources(caller)).filter(isTemplate).map((resource) => {
      const { uri: uriTemplate, ...words } = listedResource(resource)
      return { ...words, uriTemplate }
    }),
  }),
  'prompts/list': async (pipeline, caller) => ({
    prompts: (await pipeline.listPrompts(caller)).map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: [...args],
    })),
  }),
}

function listedResource({ uri, name, title, description, mimeType }: Resource) {
  return { uri, name, title, description, mimeType }
}

export type Answers = {
  'tools/call': CallToolResult | InputRequiredResult
  'resources/read': ReadResourceResult
  'prompts/get': GetPromptResult | InputRequiredResult
  'completion/complete': CompleteResult
}

type Params = Readonly<Record<string, unknown>>
type Server = { readonly ports: Ports; readonly pipeline: Pipeline }

/** What each method makes of a call and its answer. A misshapen call goes the same way, to be recorded and refused. */
export const ANSWERS: { readonly [M in Method]: (server: Server, call: Call, params: Params) => Promise<Answers[M]> } =
  {
    'tools/call': async ({ pipeline }, call) => toolResult(await pipeline.call(call)),

    'resources/read': async ({ ports, pipeline }, call, { uri }) => {
      const found = typeof uri === 'string' ? findResource(ports.resources, uri) : undefined
      const unknown = `Resource not found: ${String(uri).slice(0, MAX_URI_LENGTH)}`
      const read = found ? { name: found.resource.tool, arguments: found.arguments } : { arguments: { uri } }
      const answer = await pipeline.call({ ...call, ...read, unknown })
      const mimeType = found?.resource.mimeType ?? 'text/plain'
      const text = textOf(answer)
      const blob = blobIn(answer)
      return { contents: [{ uri: String(uri), mimeType, ...(blob === undefined ? { text } : { blob }) }] }
    },

    'prompts/get': async ({ ports, pipeline }, call) => {
      const answer = await pipeline.prompt(call)
      if (answer.kind === 'question') return question(answer)
      const text = textOf(answer)
      const { description } = ports.prompts.find(({ name }) => name === call.name)!
      const blocks = [...(text === '' ? [] : [{ type: 'text', text }]), ...contentOf(answer)]
      return { description, messages: blocks.map((content) => ({ role: 'user', content }) as PromptMessage) }
    },

    'completion/complete': async ({ ports, pipeline }, call, params) => {
      const completion = completionOf(ports, params)
      if (call.misshapen !== undefined) textOf(await pipeline.call(call))
      return completed(completion?.names(await pipeline.call({ ...call, ...completion.call })) ?? [])
    },
  }

const MAX_URI_LENGTH = 500

function contentOf(answer: Answer): readonly unknown[] {
  return answer.kind === 'result' ? (answer.content ?? []) : []
}

type Embedded = { readonly type?: string; readonly resource?: { readonly blob?: string } }

/** Bytes, of a resource that is no text. */
function blobIn(answer: Answer): string | undefined {
  return (contentOf(answer) as readonly Embedded[]).find(({ type }) => type === 'resource')?.resource?.blob
}

/** Who reads an address wants what is there; an error is no content. */
function textOf(answer: Answer): string {
  switch (answer.kind) {
    case 'protocol-error':
      throw new ProtocolError(answer.code, answer.message)
    case 'question':
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'nobody can be asked here')
    case 'result':
      if (answer.isError) throw new ProtocolError(ProtocolErrorCode.InvalidParams, answer.text)
      return answer.text
  }
}

function toolResult(answer: Answer): CallToolResult | InputRequiredResult {
  if (answer.kind === 'protocol-error') throw new ProtocolError(answer.code, answer.message)
  if (answer.kind === 'question') return question(answer)
  const { text, content = [], structuredContent, isError, meta } = answer
  return {
    content: [{ type: 'text', text }, ...(content as CallToolResult['content'])],
    ...(structuredContent && { structuredContent: { ...structuredContent } }),
    ...(isError && { isError }),
    ...(meta && { _meta: { ...meta } }),
  }
}

function question({ requests, state }: Answer & { kind: 'question' }): InputRequiredResult {
  return inputRequired({ inputRequests: requests as InputRequests, requestState: state })
}
