/** A tools/call of 2026-07-28 from a client that sends what it likes, and nothing that a library would add. */
import type { World } from './world.ts'

export type Reply = {
  readonly result?: { readonly requestState?: string; readonly [field: string]: unknown }
  readonly error?: { readonly code: number; readonly message: string }
}

/** @param params of the call, `inputResponses` and `requestState` among them */
export async function rawCall({ mcp }: World, name: string, params: Readonly<Record<string, unknown>>): Promise<Reply> {
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
  }
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': name,
  }
  const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, ...params, _meta: envelope } }
  const response = await mcp.fetch(
    new Request('http://mcp.invalid/mcp', { method: 'POST', headers, body: JSON.stringify(request) }),
  )
  return (await response.json()) as Reply
}
