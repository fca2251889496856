import { request as httpRequest } from 'node:http'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, describe, expect, test } from 'vitest'
import { world } from '../../test/world.ts'
import { createHttpApp } from '../http/app.ts'
import { listen, type Listening } from './listen.ts'

const open: Listening[] = []
afterEach(async () => {
  for (const door of open.splice(0)) await door.close()
})

async function door(options = {}): Promise<Listening> {
  const listening = await listen(createHttpApp({ mcp: world().mcp }), options)
  open.push(listening)
  return listening
}

describe('listen', () => {
  test('serves both eras on a loopback port', async () => {
    const { url } = await door()

    for (const options of [{ versionNegotiation: { mode: { pin: '2026-07-28' } } }, {}]) {
      const client = new Client({ name: 'test', version: '1' }, options as object)
      await client.connect(new StreamableHTTPClientTransport(new URL(url)))
      expect((await client.listTools()).tools).toHaveLength(2)
      await client.close()
    }
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/)
  })

  test.each([
    ['a foreign Host', { host: 'evil.example' }, 403],
    ['a foreign Origin', { origin: 'http://evil.example' }, 403],
    ['a body that is no JSON', { 'content-type': 'text/plain' }, 415],
  ])('refuses %s', async (_what, headers, expected) => {
    const { port } = await door()

    expect(await post(port, headers)).toBe(expected)
  })

  test('answers its own origin', async () => {
    const { port } = await door()

    expect(await post(port, { origin: `http://localhost:${port}`, host: `localhost:${port}` })).toBe(200)
  })

  test('answers a path that is no URL, and lives on', async () => {
    const { port } = await door()

    expect(await post(port, {}, '//')).toBe(404)
    expect(await post(port, {})).toBe(200)
  })

  test('does not open for a signal that has aborted', async () => {
    const { url } = await door({ signal: AbortSignal.abort() })

    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  test('says which port is taken and what to do', async () => {
    const { port } = await door()

    await expect(listen(createHttpApp({ mcp: world().mcp }), { port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use; stop what listens there, or choose another with --port`,
    )
  })
})

/** fetch would not let a test set Host. */
function post(port: number, headers: Record<string, string>, path = '/mcp'): Promise<number | undefined> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
  const standard = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: '127.0.0.1', path, method: 'POST', headers: { ...standard, ...headers } },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode))
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
