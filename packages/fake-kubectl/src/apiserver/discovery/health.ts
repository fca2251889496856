/**
 * `/healthz`, `/livez`, `/readyz`, each check by itself (`/livez/ping`), and what `?verbose` and `?exclude=` make of them.
 * Source: apiserver/pkg/server/healthz/healthz.go. The checks of the hooks that a real server runs at its start are left out.
 */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ['ping', 'log', 'etcd'],
  livez: ['ping', 'log', 'etcd'],
  readyz: ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', 'shutdown'],
}

const HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, private' }

/** @returns nothing for a path that is no health check */
export function health(path: string, query: URLSearchParams): Response | undefined {
  const [, endpoint = '', check] = /^\/([^/]+)(?:\/(.+))?$/.exec(path) ?? []
  const checks = Object.hasOwn(CHECKS, endpoint) ? CHECKS[endpoint] : undefined
  if (checks === undefined || (check !== undefined && !checks.includes(check))) return undefined
  const verbose = query.has('verbose') && check === undefined
  return new Response(verbose ? report(endpoint, checks, query.getAll('exclude')) : 'ok', { headers: HEADERS })
}

function report(endpoint: string, checks: readonly string[], excluded: readonly string[]): string {
  const lines = checks.map((check) => `[+]${check} ${excluded.includes(check) ? 'excluded: ok' : 'ok'}\n`)
  return `${lines.join('')}${endpoint} check passed\n`
}
