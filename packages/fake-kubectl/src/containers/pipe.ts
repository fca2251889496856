/**
 * Streams of bytes inside the simulator: what a process reads from and writes to. A write never waits; a writer whose
 * reader has gone is told so and stops, as SIGPIPE would stop it.
 */

export type Source = {
  /** The next bytes; undefined when there are no more. */
  read(): Promise<Uint8Array | undefined>
}

export type Sink = {
  /** Answers false when nobody reads any more. */
  write(bytes: Uint8Array): boolean
  /** Somebody has written to it although nobody reads any more. */
  readonly broken?: boolean
  /** Settles when a slow reader has caught up; whoever writes without end waits for it. */
  drained?(): Promise<void> | undefined
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** Reads what is written to it, in order. */
export class Pipe implements Source, Sink {
  #chunks: Uint8Array[] = []
  #waiting: ((chunk: Uint8Array | undefined) => void) | undefined
  #ended = false
  broken = false
  #closed = false

  write(bytes: Uint8Array): boolean {
    this.broken = this.#closed
    if (this.#closed || this.#ended) return false
    if (bytes.length === 0) return true
    if (this.#waiting) this.#wake(bytes)
    else this.#chunks.push(bytes)
    return true
  }

  /** No more will be written. */
  end(): void {
    this.#ended = true
    this.#wake(undefined)
  }

  /** Nobody will read any more. */
  close(): void {
    this.#closed = true
    this.#chunks = []
  }

  /** Whoever waits waits no longer, as after a signal; the stream goes on. */
  wake(): void {
    this.#wake(undefined)
  }

  read(): Promise<Uint8Array | undefined> {
    const chunk = this.#chunks.shift()
    if (chunk || this.#ended) return Promise.resolve(chunk)
    return new Promise((resolve) => (this.#waiting = resolve))
  }

  #wake(chunk: Uint8Array | undefined): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(chunk)
  }
}

/** Keeps what is written to it. */
export class Buffered implements Sink {
  readonly #chunks: Uint8Array[] = []

  write(bytes: Uint8Array): boolean {
    this.#chunks.push(bytes)
    return true
  }

  get bytes(): Uint8Array {
    return concat(this.#chunks)
  }
}

export const EMPTY: Source = { read: () => Promise.resolve(undefined) }

/** A source of bytes that are there already. */
export function sourceOf(bytes: Uint8Array): Source {
  let left: Uint8Array | undefined = bytes.length > 0 ? bytes : undefined
  return {
    read() {
      const chunk = left
      left = undefined
      return Promise.resolve(chunk)
    },
  }
}

export async function readAll(source: Source): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for (let chunk = await source.read(); chunk; chunk = await source.read()) chunks.push(chunk)
  return concat(chunks)
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

/** Takes single lines from a source and leaves the rest to whoever reads next. */
export class LineReader implements Source {
  readonly #source: Source
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: Source) {
    this.#source = source
  }

  /** A line without its end; undefined when there is none. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(10)
      if (end >= 0) {
        const line = textOf(this.#rest.subarray(0, end))
        this.#rest = this.#rest.subarray(end + 1)
        return line
      }
      const chunk = await this.#source.read()
      if (!chunk) break
      this.#rest = concat([this.#rest, chunk])
    }
    if (this.#rest.length === 0) return undefined
    const last = textOf(this.#rest)
    this.#rest = new Uint8Array(0)
    return last
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#rest.length === 0) return this.#source.read()
    const rest = this.#rest
    this.#rest = new Uint8Array(0)
    return rest
  }
}
