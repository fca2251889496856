/**
 * Messages that come when they like, read one after the other.
 */
export class MessageQueue implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = []
  #ended = false
  #wake = (): void => undefined

  push(message: Uint8Array): void {
    this.#waiting.push(message)
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const message = this.#waiting.shift()
      if (message !== undefined) yield message
      else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
