/**
 * What a fault does to an answer that is on its way: a watch that is cut short, text that trickles.
 */
import { expired } from '../api/status.ts'
import { Dropped, type Fault } from './faults.ts'
import type { Call } from './server.ts'
import type { Sink } from './stream.ts'

/** Those effects of a fault that let the request through. */
export type Impairment = Extract<Fault['effect'], { kind: 'truncate' | 'slow' }>

/** A sink for a watch that takes no more than a fault lets it. */
export function truncated({ impairment, server }: Call, sink: Sink): Sink {
  if (impairment?.kind !== 'truncate') return sink
  let left = impairment.afterEvents
  const cut = () => {
    if (impairment.how === 'cut') return sink.fail(new Dropped('terminated'))
    const status = expired(`The resourceVersion for the provided watch is too old. (${server.store.revision})`).status
    sink.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
    sink.end()
  }
  return {
    ...sink,
    write(text) {
      if (left > 0) sink.write(text)
      left -= 1
      if (left === 0) cut()
    },
  }
}

const PIECES_PER_SECOND = 10

/** The answer in pieces, each when its time has come on the virtual clock. */
export function slowed({ impairment, server, request }: Call, response: Response): Response {
  if (impairment?.kind !== 'slow' || !response.body) return response
  const reader = response.body.getReader()
  const pieceBytes = Math.max(1, Math.ceil(impairment.bytesPerSecond / PIECES_PER_SECOND))
  let waiting: Uint8Array = new Uint8Array()
  const body = new ReadableStream<Uint8Array>({
    async pull(sender) {
      if (waiting.length === 0) waiting = (await reader.read()).value ?? waiting
      if (waiting.length === 0) return sender.close()
      const piece = waiting.subarray(0, pieceBytes)
      waiting = waiting.subarray(piece.length)
      await server.clock.sleep((1000 * piece.length) / impairment.bytesPerSecond, request.signal)
      sender.enqueue(piece)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  return new Response(body, { status: response.status, headers })
}
