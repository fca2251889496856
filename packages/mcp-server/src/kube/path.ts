/**
 * Paths of the Kubernetes API, built so that a name cannot break out of its segment.
 *
 * An API server decodes a path before it splits it, so an encoded slash is a slash: names are checked, not only encoded.
 * Source: apimachinery, api/validation/path, IsValidPathSegmentName.
 */
import { ToolError } from '../errors.ts'

/**
 * A template tag: each value becomes one segment of the path.
 *
 * @throws  ToolError when a value cannot be the name of an object
 * @example kubePath`/api/v1/nodes/${name}/proxy/stats/summary`
 */
export function kubePath(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, n) => path + segment(values[n - 1] ?? '') + part)
}

function segment(value: string): string {
  if (value === '' || value === '.' || value === '..' || /[/%\\?#\s]|\p{Cc}/u.test(value))
    throw new ToolError(
      `${JSON.stringify(value)} cannot be a name in the Kubernetes API: expected text without / and %, not "." or ".."`,
    )
  return encodeURIComponent(value)
}

/**
 * The URL of an API path.
 *
 * @throws ToolError when the path is not absolute, or would mean another path once it is read as a URL
 */
export function kubeUrl(origin: string, path: string, query: Query = {}): URL {
  const base = new URL(origin)
  const url = URL.parse(base.origin + path)
  if (
    !path.startsWith('/') ||
    path.includes('//') ||
    url?.origin !== base.origin ||
    url.pathname !== path ||
    /%(2f|5c|25|00)/i.test(path)
  )
    throw new ToolError(
      `path ${JSON.stringify(path)}: expected an absolute path such as "/api/v1/nodes"; put names in with kubePath\`…\`, the rest into query`,
    )
  if (query['watch'] !== undefined) throw new ToolError(`${path}: a watch never ends; list instead`)
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, String(value))
  return url
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>
