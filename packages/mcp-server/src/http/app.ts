/**
 * What the server offers over HTTP beside the protocol: who may come in, and where people approve.
 *
 *   /mcp                                     the protocol
 *   /.well-known/oauth-protected-resource    which issuer's tokens are taken (RFC 9728)
 *   GET  /approvals                          what waits for the caller's word
 *   POST /approvals/{id}/accept, …/deny      giving it
 *
 * With an issuer, every request but the metadata carries a bearer token. Without one there is a single subject, who cannot
 * approve what they asked for themselves, so there are no approvals over HTTP.
 */
import {
  getOAuthProtectedResourceMetadataUrl,
  oauthMetadataResponse,
  requireBearerAuth,
  type AuthInfo,
  type AuthMetadataOptions,
} from '@modelcontextprotocol/server'
import type { Identity } from '../call.ts'
import { Refusal } from '../errors.ts'
import type { Oidc } from '../identity/oidc.ts'
import type { McpServer } from '../server.ts'

export type HttpAppOptions = {
  readonly mcp: Pick<McpServer, 'fetch' | 'approvals'>
  /** Whose tokens are taken. */
  readonly oidc?: Oidc
  /** This server's URL as its clients write it; the audience of their tokens. */
  readonly resource?: URL
  /** Scopes without which no token is taken. */
  readonly requiredScopes?: readonly string[]
}

export const MCP_PATH = '/mcp'

export function createHttpApp({ mcp, oidc, resource, requiredScopes = [] }: HttpAppOptions): {
  readonly fetch: (request: Request) => Promise<Response>
} {
  if (oidc === undefined) return { fetch: (request) => (isAt(request, MCP_PATH) ? mcp.fetch(request) : nothingHere()) }
  if (resource === undefined) throw new TypeError('createHttpApp: expected the URL of this server beside an issuer')
  const gate = requireBearerAuth({
    verifier: {
      async verifyAccessToken(token) {
        const { identity, ...info } = await oidc.verify(token)
        return { ...info, extra: { identity } }
      },
    },
    requiredScopes: [...requiredScopes],
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource),
    expectedResource: resource,
  })

  async function fetch(request: Request): Promise<Response> {
    const metadata = new URL(request.url).pathname.startsWith('/.well-known/oauth-')
      ? oauthMetadataResponse(request, await metadataOptions(oidc!, resource!, requiredScopes))
      : undefined
    if (metadata) return metadata
    const isApproval = isAt(request, '/approvals')
    if (!isApproval && !isAt(request, MCP_PATH)) return nothingHere()
    const auth = await gate(request)
    if (auth instanceof Response) return auth
    if (isApproval) return approve(mcp.approvals, identityIn(auth), request)
    return mcp.fetch(request, { authInfo: auth })
  }

  return { fetch }
}

/** Of a request that came through the gate of {@link createHttpApp}. */
export function identityIn(auth: AuthInfo | undefined): Identity {
  const identity = auth?.extra?.['identity'] as Identity | undefined
  if (identity === undefined) throw new TypeError('the request brought no token that was verified')
  return identity
}

async function metadataOptions(oidc: Oidc, resource: URL, scopes: readonly string[]): Promise<AuthMetadataOptions> {
  return {
    oauthMetadata: (await oidc.metadata()) as unknown as AuthMetadataOptions['oauthMetadata'],
    resourceServerUrl: resource,
    scopesSupported: [...scopes],
    resourceName: 'mcp-lab',
  }
}

function isAt(request: Request, path: string): boolean {
  const { pathname } = new URL(request.url)
  return pathname === path || pathname.startsWith(`${path}/`)
}

async function nothingHere(): Promise<Response> {
  return new Response(`nothing here; the MCP endpoint is ${MCP_PATH}\n`, { status: 404 })
}

const VERDICTS: Readonly<Record<string, 'accepted' | 'denied'>> = { accept: 'accepted', deny: 'denied' }

function approve(approvals: McpServer['approvals'], subject: Identity, request: Request): Response {
  const [, , id, action] = new URL(request.url).pathname.split('/')
  if (id === undefined && request.method === 'GET') return Response.json({ approvals: approvals.list(subject) })
  const verdict = VERDICTS[action ?? '']
  if (id === undefined || verdict === undefined || request.method !== 'POST')
    return Response.json(
      { error: 'expected GET /approvals, POST /approvals/{id}/accept or POST /approvals/{id}/deny' },
      { status: 405 },
    )
  try {
    return Response.json(approvals.decide(subject, id, verdict))
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault
    return Response.json({ error: fault.message }, { status: fault.kind === 'unknown' ? 404 : 403 })
  }
}
