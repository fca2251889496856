/**
 * The cluster that all servers ask: the simulator behind one port, with a pod whose log is five megabytes, and a switch that
 * lets it hang.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createCluster } from '@mcp-lab/fake-kubectl'

export type BenchCluster = {
  readonly kubeconfig: string
  readonly pod: { readonly namespace: string; readonly name: string }
  /** From now on it takes requests and never answers. */
  hang(isHanging: boolean): void
  close(): void
}

export const LOG_BYTES = 5_000_000
const PODS = 40

export async function startCluster(): Promise<BenchCluster> {
  const namespace = 'shop'
  const names = Array.from({ length: PODS }, (_, n) => `web-${n}`)
  const cluster = createCluster({
    world: { nodes: [{ name: 'node-1' }], namespaces: [namespace] },
    manifests: names.map((name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'registry.example/main:1' }] },
    })),
  })
  cluster.settle()
  const line = '2026-01-01T00:00:00Z INFO request served path=/orders status=200 duration=12ms\n'
  const log = line.repeat(Math.ceil(LOG_BYTES / line.length)).slice(0, LOG_BYTES)
  let isHanging = false

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isHanging) return
    if (request.url?.includes('/log')) return void response.end(limited(log, request.url))
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string])
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
    const url = `http://cluster.test${request.url ?? '/'}`
    const answered = await cluster.fetch(new Request(url, { method: request.method ?? 'GET', headers, ...body }))
    response.writeHead(answered.status, Object.fromEntries(answered.headers))
    response.end(Buffer.from(await answered.arrayBuffer()))
  }
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    kubeconfig: kubeconfigFor((server.address() as AddressInfo).port),
    pod: { namespace, name: names[0]! },
    hang: (hanging) => (isHanging = hanging),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** As a kubelet does: from the end by lines, from the front by bytes. */
function limited(log: string, url: string): string {
  const query = new URL(url, 'http://cluster.test').searchParams
  const lines = query.get('tailLines')
  const tail = lines === null ? log : log.trimEnd().split('\n').slice(-Number(lines)).join('\n')
  return tail.slice(0, Number(query.get('limitBytes') ?? tail.length))
}

function kubeconfigFor(port: number): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'bench-mcp-')), 'kubeconfig')
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'b', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'b', user: {} }],
      contexts: [{ name: 'b', context: { cluster: 'b', user: 'b', namespace: 'shop' } }],
      'current-context': 'b',
    }),
  )
  return file
}
