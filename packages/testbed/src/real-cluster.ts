/**
 * A `fetch` for the cluster that a kubeconfig names: kind, a cloud, or `pnpm sim`.
 *
 * Certificates, tokens and exec plugins are client-node's business; a request through this `fetch` reaches the API server
 * as kubectl's would. client-node is large, so it is loaded when it is wanted and not before.
 */
import { Readable } from 'node:stream'
import type { HttpMethod, KubeConfig } from '@kubernetes/client-node'
import type { Dispatcher } from 'undici'
import { confirmKubeconfig } from './kubeconfig-file.ts'
import { UserError } from './user-error.ts'

export type RealCluster = {
  readonly fetch: (request: Request) => Promise<Response>
  /** The server's URL, to show a person which cluster this is. */
  readonly server: string
}

/**
 * @param file a kubeconfig; when absent, KUBECONFIG or the one in the home folder
 * @throws     UserError when there is none, or it names no cluster
 */
export async function connectCluster(file?: string): Promise<RealCluster> {
  const [{ RequestContext }, { request: send }] = await Promise.all([
    import('@kubernetes/client-node'),
    import('undici'),
  ])
  const config = await loadKubeconfig(file)
  const server = config.getCurrentCluster()?.server
  if (server === undefined) {
    throw new UserError(
      `The kubeconfig ${file ?? ''} has no current cluster.`,
      'Choose one with `kubectl config use-context NAME`, or give another file with --kubeconfig.',
    )
  }
  let dispatcher: Dispatcher | undefined
  const fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const context = new RequestContext(server + url.pathname + url.search, request.method as HttpMethod)
    await config.applySecurityAuthentication(context)
    // One connection pool for all requests; client-node makes a new one for each.
    dispatcher ??= context.getDispatcher()
    // Not undici's fetch: it would join repeated headers, and follow a redirect with the credentials.
    const answer = await send(context.getUrl(), {
      method: request.method as HttpMethod,
      headers: { ...headersOf(request), ...context.getHeaders() },
      body: request.body === null ? null : new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
      ...(dispatcher && { dispatcher }),
    })
    return responseOf(answer)
  }
  return { fetch, server }
}

/** A `Headers` joins what was repeated; an API server takes each Impersonate-Group header for one group. */
function headersOf({ headers }: Request): Record<string, string | string[]> {
  const groups = headers.get('impersonate-group')
  return { ...Object.fromEntries(headers), ...(groups !== null && { 'impersonate-group': groups.split(', ') }) }
}

const WITHOUT_BODY = [204, 205, 304]

function responseOf({ statusCode, headers, body }: Dispatcher.ResponseData): Response {
  const fields = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one]))
  const stream = WITHOUT_BODY.includes(statusCode) ? null : (Readable.toWeb(body) as ReadableStream<Uint8Array>)
  return new Response(stream, { status: statusCode, headers: fields as [string, string][] })
}

async function loadKubeconfig(file: string | undefined): Promise<KubeConfig> {
  if (file !== undefined) confirmKubeconfig(file)
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    if (file === undefined) config.loadFromDefault()
    else config.loadFromFile(file)
  } catch (fault) {
    throw new UserError(
      `The kubeconfig ${file ?? ''} cannot be read: ${(fault as Error).message}`,
      'Check it with `kubectl config view`.',
    )
  }
  return config
}
