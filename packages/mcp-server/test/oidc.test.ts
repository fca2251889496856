/** Who comes in over HTTP with a token, who does not, and who may approve there. */
import { beforeAll, describe, expect, test } from 'vitest'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import { createHttpApp, createOidc, identityIn, type StepUp } from '../src/index.ts'
import { asked, deployment, shopCluster } from './shop.ts'
import { scale, textOf, world, type World } from './world.ts'

const ISSUER = 'https://login.example'
const RESOURCE = new URL('https://mcp.example/mcp')
const METADATA = 'https://mcp.example/.well-known/oauth-protected-resource/mcp'

let key: CryptoKey
let stranger: CryptoKey
let jwks: object

beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  key = pair.privateKey
  stranger = (await generateKeyPair('RS256')).privateKey
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' }] }
})

/** The issuer's two documents. */
async function issuer(url: string): Promise<Response> {
  if (url === `${ISSUER}/.well-known/openid-configuration`)
    return Response.json({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/keys`,
      authorization_endpoint: `${ISSUER}/auth`,
      token_endpoint: `${ISSUER}/token`,
      response_types_supported: ['code'],
    })
  if (url === `${ISSUER}/keys`) return Response.json(jwks)
  throw new Error(`nobody answers at ${url}`)
}

type Claims = JWTPayload & { readonly [claim: string]: unknown }

function token(claims: Claims = {}, { signedWith = key, alg = 'RS256' } = {}): Promise<string> {
  const { iss = ISSUER, aud = RESOURCE.href, sub = 'adam', exp = inAnHour(), ...rest } = claims
  const payload = { iss, aud, sub, scope: 'mcp', ...(exp !== null && { exp }), ...rest }
  return new SignJWT(payload as JWTPayload).setProtectedHeader({ alg, kid: 'one', typ: 'at+jwt' }).sign(signedWith)
}

const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600

type Shop = World & { fetch(request: Request): Promise<Response> }

function shop(options: { stepUp?: StepUp; fetch?: typeof issuer } = {}): Shop {
  const tested = world({
    cluster: shopCluster([deployment('api')]),
    tools: [scale],
    identify: (_request, auth) => identityIn(auth),
    ...(options.stepUp && { stepUp: options.stepUp }),
  })
  const oidc = createOidc({ issuer: ISSUER, audience: RESOURCE.href, fetch: options.fetch ?? issuer })
  const { fetch } = createHttpApp({ mcp: tested.mcp, oidc, resource: RESOURCE, requiredScopes: ['mcp'] })
  return Object.assign(tested, { fetch })
}

async function knock({ fetch }: Shop, headers: Record<string, string> = {}, url = RESOURCE.href): Promise<Response> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  const standard = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  return fetch(new Request(url, { method: 'POST', headers: { ...standard, ...headers }, body }))
}

const bearer = async (claims?: Claims, how?: Parameters<typeof token>[1]) => ({
  authorization: `Bearer ${await token(claims, how)}`,
})

async function connect({ fetch }: Shop, claims: Claims): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  const requestInit = { headers: await bearer(claims) }
  await client.connect(
    new StreamableHTTPClientTransport(RESOURCE, { requestInit, fetch: (url, init) => fetch(new Request(url, init)) }),
  )
  return client
}

describe('a token', () => {
  test('of the issuer, for this server, lets its user in', async () => {
    const tested = shop()
    const client = await connect(tested, { sub: 'vera', groups: ['viewers'] })

    await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })

    expect(tested.audit.at(-1)).toMatchObject({ subject: { user: 'vera', groups: ['viewers'] }, outcome: 'answered' })
  })

  test('never goes on to the cluster', async () => {
    const seen: Headers[] = []
    const tested = shop()
    const cluster = shopCluster()
    const spying = world({
      cluster,
      identify: (_request, auth) => identityIn(auth),
      kube: { fetch: (request) => (seen.push(request.headers), cluster.fetch(request)), impersonate: true },
    })
    const oidc = createOidc({ issuer: ISSUER, audience: RESOURCE.href, fetch: issuer })
    const { fetch } = createHttpApp({ mcp: spying.mcp, oidc, resource: RESOURCE })
    const client = await connect(Object.assign(tested, { fetch }), { sub: 'vera', groups: ['viewers'] })

    await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })

    expect(seen.length).toBeGreaterThan(0)
    for (const headers of seen) expect(headers.get('authorization')).toBeNull()
    expect(seen.at(-1)?.get('impersonate-user')).toBe('vera')
    expect(asked(cluster).length).toBeGreaterThan(0)
  })

  test.each([
    ['nobody sent', async () => ({})],
    ['in the query', async () => ({})],
    ['that is none', async () => ({ authorization: 'Bearer abc.def.ghi' })],
    ['of another scheme', async () => ({ authorization: `Basic ${btoa('adam:x')}` })],
    ['for another server', () => bearer({ aud: 'https://other.example/mcp' })],
    ['of another issuer', () => bearer({ iss: 'https://evil.example' })],
    ['that has expired', () => bearer({ exp: 1_000 })],
    ['that never expires', () => bearer({ exp: null as never })],
    ['not valid yet', () => bearer({ nbf: inAnHour() })],
    ['signed by a stranger', () => bearer({}, { signedWith: stranger })],
    ['of nobody', () => bearer({ sub: '' })],
    ['without a signature', async () => ({ authorization: `Bearer ${unsigned()}` })],
  ])('%s is refused with the way to a good one', async (what, headers) => {
    const tested = shop()
    const url = what === 'in the query' ? `${RESOURCE.href}?access_token=${await token()}` : RESOURCE.href

    const response = await knock(tested, await headers(), url)

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain(`resource_metadata="${METADATA}"`)
    expect(tested.audit).toEqual([])
  })

  test('signed with the public key as if it were a secret is refused', async () => {
    const [jwk] = (jwks as { keys: { n: string }[] }).keys
    const forged = await new SignJWT({ iss: ISSUER, aud: RESOURCE.href, sub: 'adam', exp: inAnHour() })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(new TextEncoder().encode(jwk!.n))

    expect((await knock(shop(), { authorization: `Bearer ${forged}` })).status).toBe(401)
  })

  test('that never expires is good for nobody who asks without HTTP either', async () => {
    const oidc = createOidc({ issuer: ISSUER, audience: RESOURCE.href, fetch: issuer })

    await expect(oidc.verify(await token({ exp: null as never }))).rejects.toThrow('not good for this server')
    await expect(oidc.verify(await token())).resolves.toMatchObject({ identity: { user: 'adam' } })
  })

  test('without the scope is told which one it needs', async () => {
    const response = await knock(shop(), await bearer({ scope: 'email' }))

    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toMatch(/insufficient_scope.*scope="mcp"/)
  })
})

describe('the issuer', () => {
  test('is named in the metadata of this server, to anybody', async () => {
    const response = await shop().fetch(new Request(METADATA))

    expect(await response.json()).toMatchObject({
      resource: RESOURCE.href,
      authorization_servers: [ISSUER],
      scopes_supported: ['mcp'],
    })
  })

  test('that calls itself otherwise is not believed', async () => {
    const other = async (url: string) =>
      url.endsWith('openid-configuration')
        ? Response.json({ issuer: 'https://evil.example', jwks_uri: `${ISSUER}/keys` })
        : issuer(url)

    expect((await knock(shop({ fetch: other }), await bearer())).status).toBe(500)
  })

  test('that was away is asked again', async () => {
    let isAway = true
    const tested = shop({ fetch: async (url) => (isAway ? new Response('', { status: 502 }) : issuer(url)) })
    expect((await knock(tested, await bearer())).status).toBe(500)
    isAway = false

    expect((await knock(tested, await bearer())).status).toBe(200)
  })
})

describe('what is dangerous', () => {
  const stepUp = { acr: ['urn:mfa'] }

  test('takes a second factor where one is asked for', async () => {
    const tested = shop({ stepUp })
    const args = { name: 'test_scale', arguments: { replicas: 0 } }

    const once = await (await connect(tested, {})).callTool(args)
    const twice = await (await connect(tested, { acr: 'urn:mfa' })).callTool(args)

    expect(textOf(once)).toBe(
      'denied: test_scale is dangerous, and takes a second factor: sign in again so that acr is urn:mfa',
    )
    expect(textOf(twice)).toMatch(/^approval_required/)
  })

  test('may be asked for by method, too', async () => {
    const tested = shop({ stepUp: { amr: ['otp'] } })
    const args = { name: 'test_scale', arguments: { replicas: 0 } }

    expect(textOf(await (await connect(tested, { amr: ['pwd'] })).callTool(args))).toMatch(/^denied/)
    expect(textOf(await (await connect(tested, { amr: ['pwd', 'otp'] })).callTool(args))).toMatch(/^approval_required/)
  })
})

describe('approving over HTTP', () => {
  const at = (path: string) => `https://mcp.example/approvals${path}`
  const send = async ({ fetch }: Shop, path: string, claims: Claims, method = 'POST') => {
    const response = await fetch(new Request(at(path), { method, headers: await bearer(claims) }))
    return { status: response.status, body: (await response.json()) as Record<string, never> }
  }
  const olga: Claims = { sub: 'olga', groups: ['approvers'] }
  const agent: Claims = { sub: 'adam', act: { sub: 'agent:sre' } }

  test('lets another person see and decide what an agent wants', async () => {
    const tested = shop()
    const client = await connect(tested, agent)
    await client.callTool({ name: 'test_scale', arguments: { replicas: 3 } })

    const { body } = await send(tested, '', olga, 'GET')
    const [waiting] = body['approvals'] as unknown as { id: string; summary: string }[]
    const decided = await send(tested, `/${waiting?.id}/accept`, olga)
    const done = await client.callTool({ name: 'test_scale', arguments: { replicas: 3 } })

    expect(waiting?.summary).toBe('scale deployment shop/api to 3 replicas')
    expect(decided).toMatchObject({ status: 200, body: { decision: { verdict: 'accepted', by: 'olga' } } })
    expect(done.structuredContent).toMatchObject({ done: true })
    expect(tested.audit.at(-1)?.subject).toMatchObject({ user: 'adam', actor: 'agent:sre' })
  })

  test("is not open to an agent's token, nor to somebody without the right, nor to nobody", async () => {
    const tested = shop()
    await (await connect(tested, agent)).callTool({ name: 'test_scale', arguments: { replicas: 3 } })
    const { id } = tested.mcp.approvals.list({ user: 'olga', groups: ['approvers'] })[0]!

    expect(await send(tested, `/${id}/accept`, agent)).toMatchObject({
      status: 403,
      body: { error: 'agent:sre acts for somebody; only people approve' },
    })
    expect(await send(tested, `/${id}/accept`, { sub: 'vera', groups: ['viewers'] })).toMatchObject({ status: 404 })
    expect((await tested.fetch(new Request(at(`/${id}/accept`), { method: 'POST' }))).status).toBe(401)
    expect(await send(tested, `/${id}/accept`, olga, 'GET')).toMatchObject({ status: 405 })
  })

  test('is not there without an issuer, where everybody is the same', async () => {
    const { fetch } = createHttpApp({ mcp: world().mcp })

    expect((await fetch(new Request(at('')))).status).toBe(404)
  })
})

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ iss: ISSUER, aud: RESOURCE.href, sub: 'adam', exp: inAnHour() })}.`
}
