/**
 * An answer that goes on: headers leave at once, text follows as it comes, until the client or the server ends it.
 */
import type { Call } from './server.ts'

/** `fail` breaks the stream off, as if the connection had. */
export type Sink = { write(text: string): void; end(): void; fail(reason: unknown): void }

/** Who takes the text of a stream. `write` tells how many bytes or characters it has not got rid of yet. */
export type Reader = { write(text: string): number; end(): void; fail(reason: unknown): void }

/** What a client does not read is kept for it up to here; the real server, too, cuts off a watch that falls behind. */
const MOST_WAITING = 16 * 2 ** 20

const sources = new WeakMap<Response, (reader: Reader) => void>()

/**
 * The text of a streaming answer without the streams of `fetch` between, for who serves it over a socket: a hundred
 * watchers of one object cost a hundred writes.
 *
 * @returns takes a reader, once; undefined for an answer that does not stream
 */
export function sourceOf(response: Response): ((reader: Reader) => void) | undefined {
  return sources.get(response)
}

/**
 * @param start begins to write and returns what stops it; called once, before the response is returned
 */
export function streamed(call: Call, contentType: string, start: (sink: Sink) => () => void): Response {
  const { signal } = call.request
  let resolve = () => {}
  call.ended = new Promise((settle) => (resolve = settle))
  let stop: (() => void) | undefined
  let state: 'open' | 'ended' | 'failed' = 'open'
  let reader: Reader | undefined
  let failure: unknown
  const early: string[] = []

  const finish = (how: 'ended' | 'failed', reason?: unknown) => {
    if (state !== 'open') return
    state = how
    failure = reason
    signal.removeEventListener('abort', abort)
    stop?.()
    tellEnd()
    resolve()
  }
  const tellEnd = () => (state === 'ended' ? reader?.end() : reader?.fail(failure))
  const abort = () => finish('failed', signal.reason)
  const write = (text: string) => {
    if (state !== 'open') return
    if (!reader) early.push(text)
    else if (reader.write(text) > MOST_WAITING) finish('ended')
  }
  const read = (it: Reader) => {
    reader = it
    for (const text of early.splice(0)) reader.write(text)
    if (state !== 'open') tellEnd()
  }
  const leave = () => {
    reader = undefined
    finish('ended')
  }

  signal.addEventListener('abort', abort, { once: true })
  stop = start({ write, end: () => finish('ended'), fail: (reason) => finish('failed', reason) })
  if (state !== 'open') stop()
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache, private' }
  const response = new Response(asBody(read, leave), { headers })
  sources.set(response, read)
  return response
}

/** The stream as `fetch` gives it; it takes the text only when somebody reads. */
function asBody(read: (reader: Reader) => void, leave: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let taken = false
  const take = (sender: ReadableStreamDefaultController<Uint8Array>) => {
    taken = true
    read({
      write(text) {
        sender.enqueue(encoder.encode(text))
        return -(sender.desiredSize ?? 0)
      },
      end: () => sender.close(),
      fail: (reason) => sender.error(reason),
    })
  }
  const pull = (sender: ReadableStreamDefaultController<Uint8Array>) => (taken ? undefined : take(sender))
  return new ReadableStream({ pull, cancel: leave }, new ByteLengthQueuingStrategy({ highWaterMark: 0 }))
}
