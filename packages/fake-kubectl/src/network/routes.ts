/**
 * What a container answers on its ports, as data: port → path → answer. A path that ends in `*` answers for all below it;
 * the longest that fits counts. Whatever a container serves is a `fetch`, like everything that serves.
 */

/** `body` may hold `{pod}`, `{namespace}`, `{path}`, `{method}` and `{env:NAME}`; `directory` serves the container's own files. */
export type Route = {
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
  /** In virtual time. */
  readonly delayMs?: number | undefined
  readonly directory?: string | undefined
  /** One of the programs that the simulator has: a Prometheus, or what it scrapes. */
  readonly program?: ProgramName | undefined
}

export type ProgramName = 'prometheus' | 'kube-state-metrics' | 'node-exporter' | 'ingress-metrics'

export type PortRoutes = Readonly<Record<string, Readonly<Record<string, Route | string>>>>

export type Fetch = (request: Request) => Promise<Response>

/** What routes need to know of the container they stand in. */
export type RouteContext = {
  /** The value of a placeholder; undefined when there is none. */
  value(placeholder: string): string | undefined
  /** A file of the container; undefined when there is none. */
  file(path: string): Uint8Array | undefined
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** One of the simulator's programs, run in the container. */
  program(name: ProgramName): Fetch
}

export function serve(routes: PortRoutes[string], context: RouteContext): Fetch {
  return async (request) => {
    const { pathname } = new URL(request.url)
    const route = routeAt(routes, pathname)
    if (!route) return text(`404 not found: ${pathname}\n`, 404)
    if (route.delayMs) await context.sleep(route.delayMs, request.signal)
    if (route.program) return context.program(route.program)(request)
    return route.directory === undefined
      ? answer(route, request, context)
      : serveFile(route.directory, pathname, context)
  }
}

/** The answer for a path; undefined where there is none. */
export function routeAt(routes: PortRoutes[string], path: string): Route | undefined {
  const key = bestFit(Object.keys(routes), path)
  const found = key === undefined ? undefined : routes[key]
  return typeof found === 'string' ? { body: found } : found
}

function bestFit(keys: readonly string[], path: string): string | undefined {
  const fits = keys.filter((key) => (key.endsWith('*') ? path.startsWith(key.slice(0, -1)) : key === path))
  return fits.sort((a, b) => b.length - a.length)[0]
}

function answer(
  { status = 200, headers, body = '' }: Route,
  { method, url }: Request,
  context: RouteContext,
): Response {
  const own: Record<string, string> = { path: new URL(url).pathname, method }
  const filled = body.replaceAll(/\{([\w:.-]+)\}/g, (whole, key: string) => own[key] ?? context.value(key) ?? whole)
  const type = /^\s*[[{]/.test(filled) ? 'application/json' : /^\s*</.test(filled) ? 'text/html' : 'text/plain'
  const empty = method === 'HEAD' || [101, 204, 205, 304].includes(status)
  return new Response(empty ? null : filled, { status, headers: { 'content-type': type, ...headers } })
}

function serveFile(directory: string, path: string, context: RouteContext): Response {
  const asked = path.endsWith('/') ? `${path}index.html` : path
  const bytes = context.file(directory + asked)
  if (!bytes) return text('<html>\n<head><title>404 Not Found</title></head>\n</html>\n', 404, 'text/html')
  const type = asked.endsWith('.html') ? 'text/html' : asked.endsWith('.json') ? 'application/json' : 'text/plain'
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } })
}

function text(body: string, status: number, type = 'text/plain'): Response {
  return new Response(body, { status, headers: { 'content-type': type } })
}
