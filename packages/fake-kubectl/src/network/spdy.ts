/**
 * SPDY/3.1 as Kubernetes' streaming clients speak it: streams that the client opens with headers, data both ways, pings.
 * Windows are neither kept nor enforced, as in the library those clients use.
 * Source: SPDY protocol draft 3.1 (chromium.org), sections 2.2 to 2.6.
 */
import { bytesOf, concat, textOf } from '../containers/pipe.ts'
import { Inflater } from './inflate.ts'

const CONTROL = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const
const VERSION = 3
const FIN = 1
const HEADER_BYTES = 8
const CHUNK_BYTES = 32 * 1024
const MAX_FRAME_BYTES = 2 ** 20

/** A stream that the client has opened. */
export type SpdyStream = {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  send(bytes: Uint8Array): void
  /** No more from here. */
  end(): void
}

export type SpdyReceiver = { receive(bytes: Uint8Array): void; end(): void }

export class SpdySession {
  readonly #wire: { send(bytes: Uint8Array): void; close(): void }
  readonly #opened: (stream: SpdyStream) => SpdyReceiver | undefined
  readonly #receivers = new Map<number, SpdyReceiver>()
  readonly #inflater: Inflater = new Inflater(dictionary())
  #replied = false
  #unread: Uint8Array = new Uint8Array(0)

  constructor(
    wire: { send(bytes: Uint8Array): void; close(): void },
    opened: (stream: SpdyStream) => SpdyReceiver | undefined,
  ) {
    this.#wire = wire
    this.#opened = opened
  }

  /** Bytes from the client, cut anywhere. */
  receive(bytes: Uint8Array): void {
    this.#unread = this.#unread.length === 0 ? bytes : concat([this.#unread, bytes])
    while (this.#unread.length >= HEADER_BYTES) {
      const head = view(this.#unread)
      const length = head.getUint32(4) & 0xff_ff_ff
      if (length > MAX_FRAME_BYTES) return this.#wire.close()
      if (this.#unread.length < HEADER_BYTES + length) return
      const payload = this.#unread.slice(HEADER_BYTES, HEADER_BYTES + length)
      const [word, flags] = [head.getUint32(0), this.#unread[4]!]
      this.#unread = this.#unread.subarray(HEADER_BYTES + length)
      if (word >>> 31 === 0) this.#data(word, flags, payload)
      else this.#control(word & 0xff_ff, flags, payload)
    }
  }

  #data(id: number, flags: number, payload: Uint8Array): void {
    const receiver = this.#receivers.get(id)
    if (payload.length > 0) receiver?.receive(payload)
    if (flags & FIN) receiver?.end()
  }

  #control(type: number, flags: number, payload: Uint8Array): void {
    const id = payload.length >= 4 ? view(payload).getUint32(0) & 0x7f_ff_ff_ff : 0
    switch (type) {
      case CONTROL.synStream:
        return this.#open(id, flags, payload.subarray(10))
      case CONTROL.rstStream:
        this.#receivers.get(id)?.end()
        return void this.#receivers.delete(id)
      case CONTROL.ping:
        return this.#wire.send(control(CONTROL.ping, 0, payload))
      case CONTROL.goAway:
        return this.#wire.close()
    }
  }

  #open(id: number, flags: number, block: Uint8Array): void {
    const headers = headersIn(this.#inflater, block)
    if (!headers) return this.#wire.close()
    this.#wire.send(control(CONTROL.synReply, 0, concat([word(id), this.#emptyHeaders()])))
    const data = (bytes: Uint8Array, fin: number) =>
      this.#wire.send(concat([word(id), word((fin << 24) | bytes.length), bytes]))
    let ended = false
    const receiver = this.#opened({
      headers,
      send(bytes) {
        if (ended) return
        for (let i = 0; i < bytes.length; i += CHUNK_BYTES) data(bytes.subarray(i, i + CHUNK_BYTES), 0)
      },
      end() {
        if (!ended) data(new Uint8Array(0), FIN)
        ended = true
      },
    })
    if (receiver) this.#receivers.set(id, receiver)
    if (flags & FIN) receiver?.end()
  }

  /**
   * No headers, as a zlib stream of stored blocks: four bytes that are their count, and an empty block at which the reader
   * hands on what it has. Only the first piece has a zlib header.
   */
  #emptyHeaders(): Uint8Array {
    const block = Uint8Array.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
    const whole = this.#replied ? block : concat([Uint8Array.from([0x78, 0x01]), block])
    this.#replied = true
    return whole
  }
}

/** A count, then names and values, each with its length before it. */
function headersIn(inflater: Inflater, block: Uint8Array): Map<string, string> | undefined {
  try {
    const bytes = inflater.inflate(block)
    let at = 4
    const next = () => {
      const length = view(bytes).getUint32(at)
      at += 4 + length
      return textOf(bytes.subarray(at - length, at))
    }
    const count = view(bytes).getUint32(0)
    const pairs: [string, string][] = []
    for (let i = 0; i < count; i++) pairs.push([next().toLowerCase(), next()])
    return new Map(pairs)
  } catch (fault) {
    if (fault instanceof RangeError) return undefined
    throw fault
  }
}

function control(type: number, flags: number, payload: Uint8Array): Uint8Array {
  return concat([word(0x80_00_00_00 | (VERSION << 16) | type), word((flags << 24) | payload.length), payload])
}

function word(value: number): Uint8Array {
  return Uint8Array.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** What the header compression of SPDY/3 begins with: names, each with its length, then texts that are frequent. */
const NAMES =
  'options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|accept-language|accept-ranges|age|allow|' +
  'authorization|cache-control|connection|content-base|content-encoding|content-language|content-length|' +
  'content-location|content-md5|content-range|content-type|date|etag|expect|expires|from|host|if-match|' +
  'if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|location|max-forwards|pragma|' +
  'proxy-authenticate|proxy-authorization|range|referer|retry-after|server|te|trailer|transfer-encoding|upgrade|' +
  'user-agent|vary|via|warning|www-authenticate|method|get|status|200 OK|version|HTTP/1.1|url|public|set-cookie|' +
  'keep-alive|origin'
const TEXTS =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized' +
  '403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.'

function dictionary(): Uint8Array {
  return concat([...NAMES.split('|').flatMap((name) => [word(name.length), bytesOf(name)]), bytesOf(TEXTS)])
}
