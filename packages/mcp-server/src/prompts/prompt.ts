/**
 * What a prompt is: a text that a person starts with, made of our words and theirs. It reads nothing of the cluster.
 *
 * Whoever may call the tool that it leads to may have it. Source: MCP specification, server/prompts.
 */
import type { Requests } from '../errors.ts'

export type Prompt = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly PromptArgument[]
  /** Without this tool the prompt is of no use, so who may not call it is not shown the prompt. */
  readonly tool: string
  text(args: Readonly<Record<string, string>>): string
  /** Content blocks of the protocol after the text. */
  content?(args: Readonly<Record<string, string>>): readonly unknown[]
  /** What the client is asked before the prompt is made; the answers come as more arguments, by the same names. */
  readonly asks?: Requests
}

export type PromptArgument = { readonly name: string; readonly description: string; readonly required: boolean }
