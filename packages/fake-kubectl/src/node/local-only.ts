/**
 * Plain HTTP asks nobody who they are, so a web page must not reach it: neither through a name that resolves to this
 * machine (DNS rebinding), nor from another origin. Over HTTPS a page has no credentials, and no check is needed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'

export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

/** @returns whether the request may go on; otherwise it has been answered */
export function isLocal({ headers }: IncomingMessage, response: ServerResponse): boolean {
  const { host, origin } = headers
  const stranger = isLoopback(`http://${host ?? 'localhost'}`) ? (isLoopback(origin) ? undefined : origin) : host
  if (stranger === undefined) return true
  response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(`this server answers to this machine's names only (127.0.0.1, ::1, localhost), not to ${stranger}\n`)
  return false
}

function isLoopback(origin: string | undefined): boolean {
  if (origin === undefined) return true
  const name = URL.canParse(origin) ? new URL(origin).hostname : origin
  return LOOPBACK.has(name.replaceAll(/^\[|\]$/g, ''))
}
