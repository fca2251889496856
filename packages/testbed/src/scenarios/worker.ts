/** A thread that verifies one scenario after the other. */
import { parentPort } from 'node:worker_threads'
import { loadJudged } from './library.ts'
import { verifyScenario } from './verify.ts'
import type { Task } from './workers.ts'

parentPort!.on('message', (task: Task) => void answer(task))

async function answer({ id, seed, twice }: Task): Promise<void> {
  parentPort!.postMessage(await verifyScenario(loadJudged(id), { seed, twice }), [])
}
