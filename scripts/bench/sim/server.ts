/**
 * One server of the simulator's benchmark, in a process of its own: `cluster`, a served simulator, or `floor`, a bare Node
 * handler that answers every request with the bytes it was last given. Both speak HTTPS with the same kind of key.
 */
import { createServer, type Server } from 'node:https'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCertificateAuthority, createCluster, listen } from '@mcp-lab/fake-kubectl'

export type Order =
  | { readonly do: 'answer'; readonly status: number; readonly body: string }
  | { readonly do: 'emit'; readonly line: string; readonly times: number }
  | { readonly do: 'memory' }

if (process.argv[2] === 'floor') await serveFloor()
if (process.argv[2] === 'cluster') await serveCluster()

async function serveCluster(): Promise<void> {
  // What pods do once they are there is measured by `bench life`.
  const server = await listen(
    createCluster({ world: { nodes: 3 }, controllers: false, scheduler: false, kubelet: false }),
  )
  process.on('message', () => tellMemory())
  process.send?.({ url: server.url, kubeconfig: server.kubeconfig() })
}

async function serveFloor(): Promise<void> {
  const { certificate, key } = createCertificateAuthority(new Date()).forServer(['127.0.0.1'])
  let answer = { status: 200, body: Buffer.from('ok') }
  const watchers = new Set<ServerResponse>()
  const server = createServer({ cert: certificate, key }, (message, response) => {
    if (message.url?.includes('watch=true')) {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
      watchers.add(response)
      return
    }
    // A bare handler too has read what it was sent before it answers.
    message.resume().once('end', () => {
      response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': answer.body.length })
      response.end(answer.body)
    })
  })
  process.on('message', (order: Order) => {
    if (order.do === 'memory') return tellMemory()
    if (order.do === 'answer') answer = { status: order.status, body: Buffer.from(order.body) }
    else for (let i = 0; i < order.times; i++) for (const watcher of watchers) watcher.write(order.line)
    process.send?.({ done: true })
  })
  process.send?.({ url: await bound(server) })
}

function bound(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`https://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

function tellMemory(): void {
  globalThis.gc?.()
  process.send?.({ rssBytes: process.memoryUsage().rss, heapBytes: process.memoryUsage().heapUsed })
}
