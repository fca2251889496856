/**
 * An answer that goes on: headers leave at once, text follows as it comes, until the client or the server ends it.
 */
import type { Call } from './server.ts'

export type Sink = { write(text: string): void; end(): void }

/**
 * @param start begins to write and returns what stops it; called once, before the response is returned
 */
export function streamed(call: Call, contentType: string, start: (sink: Sink) => () => void): Response {
  const encoder = new TextEncoder()
  const { signal } = call.request
  let resolve = () => {}
  call.ended = new Promise((settle) => (resolve = settle))
  let stop: (() => void) | undefined
  let open = true

  const finish = (how: () => void) => {
    if (!open) return
    open = false
    signal.removeEventListener('abort', abort)
    stop?.()
    how()
    resolve()
  }
  const abort = () => finish(() => sender?.error(signal.reason))
  let sender: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({ start: (it) => void (sender = it), cancel: () => finish(() => {}) })

  signal.addEventListener('abort', abort, { once: true })
  stop = start({
    write: (text) => (open ? sender?.enqueue(encoder.encode(text)) : undefined),
    end: () => finish(() => sender?.close()),
  })
  if (!open) stop()
  return new Response(body, { headers: { 'content-type': contentType, 'cache-control': 'no-cache, private' } })
}
