/**
 * Lets a program that waits on virtual time run to its end: whenever nothing else can happen, the clock jumps to what is
 * due next. Delays then cost no real time, and the virtual time that passed tells serial work from parallel.
 */
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Cluster } from '../cluster.ts'

export type DriveOptions = {
  /** Turns of the event loop without a request or an answer after which nothing more is expected; 12 when absent. */
  quietTurns?: number
}

/**
 * Advances the cluster's clock until `work` settles.
 *
 * @returns what `work` resolves to
 * @throws  what `work` rejects with
 */
export async function drive<T>(cluster: Cluster, work: Promise<T>, { quietTurns = 12 }: DriveOptions = {}): Promise<T> {
  const state = { settled: false }
  const done = () => void (state.settled = true)
  work.then(done, done)
  while (!state.settled) {
    await quiet(cluster, quietTurns, state)
    if (!state.settled) await jump(cluster)
  }
  return work
}

async function quiet(cluster: Cluster, turns: number, state: { readonly settled: boolean }): Promise<void> {
  let seen = cluster.activity
  for (let still = 0; still < turns && !state.settled; still++) {
    await setImmediate()
    if (cluster.activity !== seen) still = 0
    seen = cluster.activity
  }
}

/** With nothing on the clock the work waits for something real; then only real time helps. */
async function jump(cluster: Cluster): Promise<void> {
  const dueAtMs = cluster.clock.nextDueAtMs({ foreground: true })
  if (dueAtMs === undefined) await setTimeout(1)
  else cluster.clock.advanceTo(dueAtMs)
}
