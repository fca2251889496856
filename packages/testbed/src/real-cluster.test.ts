import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createCluster, kubeconfig, listen } from '@mcp-lab/fake-kubectl'
import { afterEach, describe, expect, test } from 'vitest'
import { connectCluster } from './real-cluster.ts'

describe('a cluster that a kubeconfig names', () => {
  test('answers through client-node as it answers in process', async () => {
    const cluster = createCluster({ world: { nodes: 2 } })
    const server = await listen(cluster)
    try {
      const { fetch } = await connectCluster(fileOf(server.kubeconfig()))

      const answer = await fetch(new Request('https://any.host/api/v1/nodes?limit=1'))

      const list = (await answer.json()) as { kind: string; items: unknown[] }
      expect([answer.status, list.kind, list.items.length]).toEqual([200, 'NodeList', 1])
    } finally {
      await server.close()
    }
  })

  test('is told each group of whom it acts for by itself', async () => {
    const cluster = createCluster({ world: { nodes: 1 } })
    const server = await listen(cluster)
    try {
      const { fetch } = await connectCluster(fileOf(server.kubeconfig()))
      const headers = new Headers({ 'impersonate-user': 'ada', 'impersonate-group': 'ops' })
      headers.append('impersonate-group', 'system:masters')

      const answer = await fetch(new Request('https://any.host/api/v1/nodes', { headers }))

      expect(answer.status).toBe(200)
      expect(cluster.apiLog[0]?.impersonatedUser?.groups).toEqual(['ops', 'system:masters', 'system:authenticated'])
    } finally {
      await server.close()
    }
  })

  test('cannot send the caller, and the credentials, elsewhere', async () => {
    const elsewhere: (string | undefined)[] = []
    const thief = await door((request, response) => {
      elsewhere.push(request.url)
      response.end('{}')
    })
    const faithless = await door((_request, response) => response.writeHead(302, { location: thief }).end())
    const { fetch } = await connectCluster(fileOf(kubeconfig({ url: faithless })))

    const answer = await fetch(new Request('https://any.host/api/v1/nodes'))

    expect([answer.status, elsewhere]).toEqual([302, []])
  })

  test('is missed with the path and what to do', async () => {
    await expect(connectCluster('no/such/config')).rejects.toThrow('There is no kubeconfig at no/such/config.')
  })

  test('must be named by the current context', async () => {
    await expect(
      connectCluster(fileOf('apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n')),
    ).rejects.toThrow(/has no current cluster/)
  })

  test('is not found in a file that is no kubeconfig', async () => {
    await expect(connectCluster(fileOf(': {'))).rejects.toThrow(/cannot be read/)
  })
})

const doors: Server[] = []
afterEach(() => {
  for (const server of doors.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function door(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  doors.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function fileOf(text: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'kube ')), 'config')
  writeFileSync(file, text)
  return file
}
