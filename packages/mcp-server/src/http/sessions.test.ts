import { afterEach, describe, expect, test } from 'vitest'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { AuthInfo } from '@modelcontextprotocol/server'
import { world, type World } from '../../test/world.ts'

const ENDPOINT = new URL('http://mcp.invalid/mcp')
const clients: Client[] = []
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())))

const auth = (user: string): AuthInfo => ({
  token: user,
  clientId: 'desk',
  scopes: [],
  extra: { identity: { user, groups: ['viewers'] } },
})

/** A client of 2025-11-25, and the session it was given. */
async function begin({ mcp }: World, authInfo?: AuthInfo): Promise<string> {
  const client = new Client({ name: 'test', version: '1' })
  const fetch = (url: string | URL, init?: RequestInit) =>
    mcp.fetch(new Request(url, init), { ...(authInfo && { authInfo }) })
  const transport = new StreamableHTTPClientTransport(ENDPOINT, { fetch })
  await client.connect(transport)
  clients.push(client)
  return transport.sessionId!
}

function ping({ mcp }: World, session: string, authInfo?: AuthInfo): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-session-id': session,
    'mcp-protocol-version': '2025-11-25',
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })
  return mcp.fetch(new Request(ENDPOINT, { method: 'POST', headers, body }), { ...(authInfo && { authInfo }) })
}

describe('a session', () => {
  test('is long and never the same', async () => {
    const tested = world()

    const [one, other] = [await begin(tested), await begin(tested)]

    expect(one).toMatch(/^[0-9a-f]{32}$/)
    expect(other).not.toBe(one)
  })

  test('answers the one who began it, and nobody else who found its id', async () => {
    const tested = world()
    const session = await begin(tested, auth('vera'))

    expect((await ping(tested, session, auth('vera'))).status).toBe(200)
    expect((await ping(tested, session, auth('mallory'))).status).toBe(404)
    expect((await ping(tested, session)).status).toBe(404)
  })

  test('that is quiet for half an hour is over', async () => {
    const tested = world()
    const session = await begin(tested)
    tested.cluster.advance('29m')
    expect((await ping(tested, session)).status).toBe(200)
    tested.cluster.advance('29m')
    expect((await ping(tested, session)).status).toBe(200)

    tested.cluster.advance('31m')

    expect((await ping(tested, session)).status).toBe(404)
  })

  test('ends when the server closes', async () => {
    const tested = world()
    const session = await begin(tested)

    await tested.mcp.close()

    expect((await ping(tested, session)).status).toBe(404)
  })

  test('is not needed for a single request', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })

    const response = await world().mcp.fetch(new Request(ENDPOINT, { method: 'POST', headers, body }))

    expect(response.status).toBe(200)
    expect(response.headers.get('mcp-session-id')).toBeNull()
  })
})
