/**
 * The client of the simulator's benchmark: connections that stay open, any number of workers, and the servers it asks.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import path from 'node:path'
import type { Order } from './server.ts'

export type Ask = { method?: string; path: string; body?: string; headers?: Record<string, string> }
export type Answer = { status: number; body: string }

export type Peer = {
  ask(ask: Ask): Promise<Answer>
  /** Opens a watch. @returns once its headers are there; `lines` counts what has come since */
  watch(path: string): Promise<{ readonly lines: number; close(): void }>
  order(order: Order): Promise<Record<string, number>>
  close(): void
}

/** Starts a server and waits until it says where it is. */
export async function startPeer(kind: 'cluster' | 'floor', workers: number): Promise<Peer> {
  const child = fork(path.join(import.meta.dirname, 'server.ts'), [kind], { execArgv: ['--expose-gc'] })
  const [{ url, kubeconfig = '' }] = (await once(child, 'message')) as [{ url: string; kubeconfig?: string }]
  const token = /token: "?([^"\s]+)/.exec(kubeconfig)?.[1]
  // The benchmark measures the server; the certificate is proved elsewhere.
  const agent = new Agent({ keepAlive: true, maxSockets: workers, rejectUnauthorized: false })
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const send = (ask: Ask, own?: Agent) =>
    sendOne(url, own ?? agent, { ...ask, headers: { ...authorization, ...ask.headers } })
  return {
    ask: async (ask) => collected(await send(ask)),
    watch: (watched) => openWatch(send, watched),
    order: (order) => ordered(child, order),
    close() {
      agent.destroy()
      child.kill()
    },
  }
}

/** Asks `count` times with so many workers at once. @returns milliseconds in all */
export async function timed(peer: Peer, count: number, workers: number, ask: (i: number) => Ask): Promise<number> {
  let next = 0
  const startedAtMs = performance.now()
  const work = async () => {
    for (let i = next++; i < count; i = next++) {
      const { status, body } = await peer.ask(ask(i))
      if (status >= 400) throw new Error(`the server answered ${status}: ${body.slice(0, 300)}`)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return performance.now() - startedAtMs
}

type Incoming = Parameters<NonNullable<Parameters<typeof request>[2]>>[0]

function sendOne(url: string, agent: Agent, { method = 'GET', path: where, body, headers }: Ask): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const sent = request(url + where, { method, agent, headers: { ...headers, ...length } }, resolve)
    sent.once('error', reject)
    sent.end(body)
  })
}

async function collected(incoming: Incoming): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return { status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }
}

async function openWatch(
  send: (ask: Ask, agent: Agent) => Promise<Incoming>,
  watched: string,
): ReturnType<Peer['watch']> {
  const agent = new Agent({ rejectUnauthorized: false })
  const incoming = await send({ path: watched }, agent)
  let lines = 0
  incoming.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === NEWLINE) lines += 1
  })
  incoming.on('error', () => {}) // It is cut off when the benchmark ends.
  return {
    get lines() {
      return lines
    },
    close: () => incoming.destroy(),
  }
}

const NEWLINE = 10

async function ordered(child: ChildProcess, order: Order): Promise<Record<string, number>> {
  child.send(order)
  const [answer] = (await once(child, 'message')) as [Record<string, number>]
  return answer
}
