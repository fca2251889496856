/**
 * What a client may offer while a person types: names of namespaces, kinds, pods and other objects, as the caller may list
 * them. Each is a call of the tool that lists them, so it passes the whole chain.
 *
 * Source: MCP specification, server/utilities/completion, which allows a hundred values.
 */
import type { CompleteResult } from '@modelcontextprotocol/server'
import type { Answer, Call } from './call.ts'
import type { Ports } from './ports.ts'

export type Completion = {
  readonly call: Pick<Call, 'name' | 'arguments'>
  /** What the answer offers, in its order. */
  names(answer: Answer): readonly string[]
}

type Params = Readonly<Record<string, unknown>>
type Typed = { readonly value: string; readonly context: Readonly<Record<string, string>> }

const MAX_VALUES = 100
const LISTED = 500

/** What a place is called in our resources and prompts, and which tool knows what may stand there. */
const KNOWN: Readonly<Record<string, (typed: Typed) => Pick<Call, 'name' | 'arguments'> | undefined>> = {
  namespace: () => ({ name: 'kubernetes_get', arguments: { kind: 'namespaces', limit: LISTED } }),
  pod: ({ context }) => listing('pods', context),
  name: ({ context }) => (context['kind'] === undefined ? undefined : listing(context['kind'], context)),
  kind: ({ value }) => ({ name: 'kubernetes_api_resources', arguments: { grep: value } }),
}

function listing(kind: string, { namespace }: Typed['context']): Pick<Call, 'name' | 'arguments'> {
  const place = namespace === undefined ? {} : { namespace }
  return { name: 'kubernetes_get', arguments: { kind, ...place, limit: LISTED } }
}

/** @returns undefined when nobody knows what may stand there */
export function completionOf({ resources, prompts }: Ports, params: Params): Completion | undefined {
  const { ref, argument, context } = params as {
    ref?: { type?: string; name?: string; uri?: string }
    argument?: { name?: string; value?: string }
    context?: { arguments?: Readonly<Record<string, string>> }
  }
  const place = argument?.name ?? ''
  const isPlace =
    ref?.type === 'ref/resource'
      ? resources.some(({ uri }) => uri === ref.uri && uri.includes(`{${place}}`))
      : prompts.some((prompt) => prompt.name === ref?.name && prompt.arguments.some(({ name }) => name === place))
  const typed = { value: argument?.value ?? '', context: context?.arguments ?? {} }
  const call = isPlace && Object.hasOwn(KNOWN, place) ? KNOWN[place]!(typed) : undefined
  return call && { call, names: (answer) => namesIn(answer).filter((name) => name.startsWith(typed.value)) }
}

type Named = { readonly name?: unknown }

/** An error offers nothing: who may not list, learns no name. */
function namesIn(answer: Answer): string[] {
  if (answer.kind !== 'result' || answer.isError) return []
  const { items, resources } = (answer.structuredContent ?? {}) as { items?: Named[]; resources?: Named[] }
  return (items ?? resources ?? []).map(({ name }) => String(name ?? ''))
}

export function completed(names: readonly string[]): CompleteResult {
  const values = [...new Set(names)]
  return {
    completion: { values: values.slice(0, MAX_VALUES), total: values.length, hasMore: values.length > MAX_VALUES },
  }
}
