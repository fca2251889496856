/**
 * A real OpenID provider in front of `pnpm mcp http`: people sign in there, and its tokens say who asks, in which groups, and
 * how surely.
 */
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSim, type Sim } from './sim.ts'
import { stockKubectl } from './stock-kubectl.ts'

const MAIN = path.resolve(import.meta.dirname, '../packages/testbed/src/cli/mcp.ts')
const RESOURCE = 'http://localhost:18/mcp' // a name, and no place: the server answers at a port of its own
const REDIRECT = 'http://127.0.0.1:9/signed-in'
const CLIENT = 'desk'

/** What the directory behind the provider knows. */
const PEOPLE: Readonly<Record<string, { readonly groups: string[]; readonly acr?: string }>> = {
  vera: { groups: ['mcp-lab:viewers'] },
  oscar: { groups: ['mcp-lab:operators'] },
  olga: { groups: ['mcp-lab:approvers'], acr: 'urn:mfa' },
}

let provider: { readonly url: string; readonly server: Server }
let mcp: { readonly url: URL; stop(): void }
let sim: Sim

beforeAll(async () => {
  sim = await startSim('--scenario', 'healthy-shop')
  await kubectl('create', 'clusterrolebinding', 'operators', '--clusterrole=edit', '--group=mcp-lab:operators')
  provider = await startProvider()
  mcp = await startMcp(provider.url)
})
afterAll(async () => {
  mcp.stop()
  await sim.stop()
  provider.server.closeAllConnections()
  provider.server.close()
})

test('a person who signed in there is known here, with their groups', async () => {
  const client = await connect(await signIn('vera'))

  const result = await client.callTool({ name: 'kubernetes_whoami', arguments: {} })
  const { tools } = await client.listTools()

  expect(result.structuredContent).toMatchObject({ server: { user: 'vera', groups: ['mcp-lab:viewers'] } })
  expect(tools.map(({ name }) => name)).not.toContain('kubernetes_scale')
  await client.close()
})

test('a token that the provider gave for another server is refused, with the way to a good one', async () => {
  const token = await signIn('vera', 'http://localhost:19/other')

  const response = await fetch(mcp.url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '{}' })

  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('resource_metadata="http://localhost:18/.well-known/')
})

test('the metadata leads to the provider', async () => {
  const response = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', mcp.url))

  expect(await response.json()).toMatchObject({ resource: RESOURCE, authorization_servers: [provider.url] })
})

test('what one asks for another approves, each with a token of their own, and the cluster sees who it was', async () => {
  const [oscar, olga] = [await signIn('oscar'), await signIn('olga')]
  const client = await connect(oscar)
  const found = await kubectl(
    'get',
    'deploy',
    '-A',
    '-o',
    'jsonpath={.items[0].metadata.namespace} {.items[0].metadata.name}',
  )
  const [namespace, name] = found.split(' ')
  const scale = { name: 'kubernetes_scale', arguments: { namespace, name, replicas: 7 } }

  const refused = await client.callTool(scale)
  const waiting = (await (await approvals(olga)).json()) as { approvals: { id: string; summary: string }[] }
  const own = await approvals(oscar, `/${waiting.approvals[0]?.id}/accept`)
  const accepted = await approvals(olga, `/${waiting.approvals[0]?.id}/accept`)
  const done = await client.callTool(scale)

  expect(refused.isError).toBe(true)
  expect(waiting.approvals[0]?.summary).toBe(`scale deployment ${namespace}/${name} to 7 replicas`)
  expect([own.status, accepted.status]).toEqual([404, 200])
  expect(done.structuredContent).toMatchObject({ done: true })
  expect(await kubectl('get', 'deploy', '-n', namespace!, name!, '-o', 'jsonpath={.spec.replicas}')).toBe('7')
  await client.close()
})

test('on stdio, the token of a file says who asks, and a renewed one is read', async () => {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'interop-token-')), 'token')
  writeFileSync(file, await signIn('vera'))
  const client = new Client({ name: 'interop', version: '1.0.0' })
  const args = [MAIN, 'stdio', '--oidc-issuer', provider.url, '--url', RESOURCE, '--kubeconfig', sim.kubeconfig]
  const env = { MCP_LAB_TOKEN_FILE: file, MCP_LAB_ROOT: path.dirname(file) }
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }))
  const whoami = async (): Promise<unknown> =>
    (await client.callTool({ name: 'kubernetes_whoami', arguments: {} })).structuredContent

  expect(await whoami()).toMatchObject({ server: { user: 'vera' }, cluster: { user: 'vera' } })
  writeFileSync(file, await signIn('oscar'))
  expect(await whoami()).toMatchObject({ server: { user: 'oscar' }, cluster: { user: 'oscar' } })
  writeFileSync(file, 'nonsense')
  await expect(whoami()).rejects.toThrow('nobody vouches for the caller')
  await client.close()
})

test('who has no right in the cluster has none through the server either', async () => {
  const client = await connect(await signIn('vera'))

  const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'pods' } })

  expect(JSON.stringify(result.content)).toContain('pods is forbidden: User \\"vera\\" cannot list resource \\"pods\\"')
  await client.close()
})

function approvals(token: string, path = ''): Promise<Response> {
  const init = path === '' ? {} : { method: 'POST' }
  return fetch(new URL(`/approvals${path}`, mcp.url), { ...init, headers: { authorization: `Bearer ${token}` } })
}

async function kubectl(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await stockKubectl(sim.kubeconfig)(...args)
  if (code !== 0) throw new Error(stderr)
  return stdout
}

async function connect(token: string): Promise<Client> {
  const client = new Client({ name: 'interop', version: '1.0.0' })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(mcp.url, { requestInit }))
  return client
}

async function startProvider(): Promise<typeof provider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const oidc = new Provider(url, {
    clients: [
      {
        client_id: CLIENT,
        token_endpoint_auth_method: 'none',
        redirect_uris: [REDIRECT],
        application_type: 'native',
        grant_types: ['authorization_code'],
      },
    ],
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: (_ctx, token) => {
      const { groups = [], acr } = PEOPLE[(token as { accountId?: string }).accountId ?? ''] ?? {}
      return { groups, ...(acr !== undefined && { acr }) }
    },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    features: {
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => ({ scope: 'mcp', audience: resource, accessTokenFormat: 'jwt' }),
      },
    },
  })
  server.on('request', oidc.callback())
  return { url, server }
}

async function startMcp(issuer: string): Promise<typeof mcp> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'interop-oidc-'))
  const flags = ['--oidc-issuer', issuer, '--url', RESOURCE, '--scope', 'mcp', '--kubeconfig', sim.kubeconfig]
  const child = spawn(process.execPath, [MAIN, 'http', ...flags], {
    env: { ...process.env, MCP_LAB_ROOT: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  const url = new URL(/http:\S+/.exec(chunk.toString())![0])
  return { url, stop: () => void child.kill() }
}

/** The browser's part: the provider's own forms, filled in by their field names. */
async function signIn(login: string, resource = RESOURCE): Promise<string> {
  const jar = new Map<string, string>()
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid mcp',
    resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  let at = await follow(jar, `${provider.url}/auth?${query}`)
  for (const form of [{ prompt: 'login', login, password: 'any' }, { prompt: 'consent' }]) {
    at = await follow(jar, at, new URLSearchParams(form))
  }
  const code = new URL(at).searchParams.get('code')!
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: CLIENT,
    code,
    redirect_uri: REDIRECT,
    code_verifier: verifier,
    resource,
  })
  const response = await fetch(`${provider.url}/token`, { method: 'POST', body })
  return ((await response.json()) as { access_token: string }).access_token
}

/** Follows redirects with cookies until there is a page, or the way back to the client. */
async function follow(jar: Map<string, string>, url: string, form?: URLSearchParams): Promise<string> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const init = form ? { method: 'POST', body: form } : {}
  const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' })
  for (const set of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
    jar.set(name, value)
  }
  const location = response.headers.get('location')
  if (location === null) return url
  const next = new URL(location, url).href
  return next.startsWith(REDIRECT) ? next : follow(jar, next)
}
