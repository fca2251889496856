/**
 * Verifies many scenarios at once, each in a thread of its own as long as there are processors.
 */
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Finding } from './verify.ts'

export type Task = { readonly id: string; readonly seed: number; readonly twice: boolean }

const WORKER = new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** @param told of each task's findings, as they come */
export async function verifyAll(
  tasks: readonly Task[],
  told: (task: Task, findings: readonly Finding[]) => void,
): Promise<void> {
  const waiting = [...tasks]
  const lanes = Math.min(tasks.length, os.availableParallelism())
  await Promise.all(Array.from({ length: lanes }, () => lane(waiting, told)))
}

async function lane(waiting: Task[], told: (task: Task, findings: readonly Finding[]) => void): Promise<void> {
  const worker = new Worker(WORKER)
  try {
    for (let task = waiting.shift(); task; task = waiting.shift()) told(task, await ask(worker, task))
  } finally {
    await worker.terminate()
  }
}

function ask(worker: Worker, task: Task): Promise<readonly Finding[]> {
  return new Promise((resolve, reject) => {
    const end = (): void => void worker.off('message', answered).off('error', failed)
    const answered = (findings: readonly Finding[]): void => {
      end()
      resolve(findings)
    }
    const failed = (fault: Error): void => {
      end()
      reject(fault)
    }
    worker.on('message', answered).on('error', failed)
    worker.postMessage(task, [])
  })
}
