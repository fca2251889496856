import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createCluster, kubeconfig, listen } from '@mcp-lab/fake-kubectl'
import { describe, expect, test } from 'vitest'
import { connectCluster } from './real-cluster.ts'

describe('a cluster that a kubeconfig names', () => {
  test('answers through client-node as it answers in process', async () => {
    const cluster = createCluster({ world: { nodes: 2 } })
    const server = await listen(cluster)
    try {
      const { fetch } = await connectCluster(fileOf(kubeconfig({ url: server.url })))

      const answer = await fetch(new Request('https://any.host/api/v1/nodes?limit=1'))

      const list = (await answer.json()) as { kind: string; items: unknown[] }
      expect([answer.status, list.kind, list.items.length]).toEqual([200, 'NodeList', 1])
    } finally {
      await server.close()
    }
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

function fileOf(text: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'kube ')), 'config')
  writeFileSync(file, text)
  return file
}
