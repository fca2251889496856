/**
 * A request's body as bytes: how long it may be, and what its media type says it is.
 * Source: apiserver/pkg/endpoints/handlers/rest.go; negotiation of the request's serializer.
 */
import { createHash } from 'node:crypto'
import { tooLarge, unsupportedMediaType } from '../../api/status.ts'
import type { Call } from '../server.ts'

const LIMIT_BYTES = 3 * 2 ** 20 // apiserver's MaxRequestBodyBytes: 3 MiB

export type Syntax = 'json' | 'yaml' | 'protobuf'

const SYNTAXES: ReadonlyMap<string, Syntax> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
])

/** JSON where the request does not say. @throws ApiError 415 */
export function syntaxOf(call: Call): Syntax {
  const type = mediaType(call)
  const syntax = type === '' ? 'json' : SYNTAXES.get(type)
  if (!syntax) throw unsupportedMediaType([...SYNTAXES.keys()])
  return syntax
}

export function mediaType({ request }: Call): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
}

/** The request's body as text. @throws ApiError 413 */
export async function readText(call: Call): Promise<string> {
  return textOf(await readBytes(call))
}

/** Malformed UTF-8 becomes U+FFFD, as in Go; a byte order mark stays, and is no JSON. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Notes the digest of the body for the API log. @throws ApiError 413 */
export async function readBytes(call: Call): Promise<Uint8Array> {
  const bytes = await bodyOf(call)
  if (bytes.length > 0) call.requestDigest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  return bytes
}

async function bodyOf({ request }: Call): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > LIMIT_BYTES) throw tooLarge(LIMIT_BYTES)
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    if (length > LIMIT_BYTES) throw tooLarge(LIMIT_BYTES)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : joined(chunks, length)
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
