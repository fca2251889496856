/**
 * A `fetch` for the cluster that a kubeconfig names: kind, a cloud, or `pnpm sim`.
 *
 * Certificates, tokens and exec plugins are client-node's business; a request through this `fetch` reaches the API server
 * as kubectl's would. client-node is large, so it is loaded when it is wanted and not before.
 */
import { existsSync } from 'node:fs'
import type { HttpMethod, KubeConfig } from '@kubernetes/client-node'
import type { Dispatcher } from 'undici'
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
  const [{ RequestContext }, { fetch: undiciFetch }] = await Promise.all([
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
    const response = await undiciFetch(context.getUrl(), {
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), ...context.getHeaders() },
      body: request.body === null ? null : await request.arrayBuffer(),
      signal: request.signal,
      ...(dispatcher && { dispatcher }),
    })
    return response as unknown as Response
  }
  return { fetch, server }
}

async function loadKubeconfig(file: string | undefined): Promise<KubeConfig> {
  if (file !== undefined && !existsSync(file)) {
    throw new UserError(
      `There is no kubeconfig at ${file}.`,
      'Start the simulator in another terminal (`npm run sim`), or give the path of your own with --kubeconfig.',
    )
  }
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
