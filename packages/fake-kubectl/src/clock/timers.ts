/**
 * Timers in order of time, ties in the order they were asked for: a binary heap, in which a cancelled timer stays until
 * it comes up, so that neither adding nor cancelling looks at the others.
 */
export type Timer = { readonly dueAtMs: number; readonly sequence: number; run: (() => void) | undefined }

export class Timers {
  readonly #heap: Timer[] = []
  #cancelled = 0

  /** How many wait, without those that were cancelled. */
  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  add(timer: Timer): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(timer)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (isBefore(heap[parent]!, timer)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = timer
  }

  cancel(timer: Timer): void {
    if (!timer.run) return
    timer.run = undefined
    this.#cancelled += 1
  }

  /** The next that is due; it stays. */
  first(): Timer | undefined {
    while (this.#heap[0] && !this.#heap[0].run) {
      this.#removeFirst()
      this.#cancelled -= 1
    }
    return this.#heap[0]
  }

  /** Takes out the next that is due. */
  take(): Timer | undefined {
    const timer = this.first()
    if (timer) this.#removeFirst()
    return timer
  }

  clear(): void {
    this.#heap.length = 0
    this.#cancelled = 0
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let index = 0
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (isBefore(last, heap[child]!)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
  }
}

export function isBefore(a: Timer, b: Timer): boolean {
  return a.dueAtMs === b.dueAtMs ? a.sequence < b.sequence : a.dueAtMs < b.dueAtMs
}
