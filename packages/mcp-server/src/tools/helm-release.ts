/**
 * A release as Helm stores it: JSON, gzipped, in base64, and once more in base64 since it is a Secret.
 *
 * Source: Helm 3, pkg/storage/driver/util.go, pkg/release.
 */
import { ToolError } from '../errors.ts'

export type Release = {
  readonly name: string
  readonly namespace: string
  readonly version: number
  readonly info: {
    readonly status?: string
    readonly last_deployed?: string
    readonly description?: string
    readonly notes?: string
    readonly [field: string]: unknown
  }
  readonly chart: {
    readonly metadata?: { readonly name?: string; readonly version?: string; readonly appVersion?: string }
  }
  /** YAML documents. */
  readonly manifest: string
  readonly [field: string]: unknown
}

const MAX_BYTES = 16 * 1024 * 1024 // a Secret holds 1 MiB; what unpacks to more is no release

export async function unpacked(data: string): Promise<Release> {
  try {
    const packedBytes = Buffer.from(Buffer.from(data, 'base64').toString('latin1'), 'base64')
    const stream = new Blob([packedBytes]).stream().pipeThrough(new DecompressionStream('gzip'))
    return JSON.parse(await textOf(stream)) as Release
  } catch (fault) {
    throw new ToolError('a Helm release cannot be read: expected gzipped JSON in base64', { cause: fault })
  }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new RangeError(`more than ${MAX_BYTES} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

export async function packed(release: Release): Promise<string> {
  const stream = new Blob([JSON.stringify(release)]).stream().pipeThrough(new CompressionStream('gzip'))
  const bytes = Buffer.from(await new Response(stream).arrayBuffer())
  return Buffer.from(bytes.toString('base64')).toString('base64')
}
