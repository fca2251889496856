import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createCluster, drive, type ApiLogEntry } from '../src/index.ts'
import { ask, send } from './kit.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

test('an entry holds the digest of the body as it came, and nothing of the body', async () => {
  const cluster = createCluster()
  const body = '{"metadata":{"name":"m"}, "data":{"password":"s3cret"}}'

  await send(cluster, 'POST', MAPS, body)
  await ask(cluster, MAPS)

  const [create, list] = cluster.apiLog
  const digest = createHash('sha256').update(body).digest('hex')
  expect(create!.annotations['mcp-lab/request-digest']).toBe(`sha256:${digest}`)
  expect(JSON.stringify(create)).not.toContain('s3cret')
  expect(list!.annotations).not.toHaveProperty('mcp-lab/request-digest')
})

test('an entry tells how long the request took, in virtual time', async () => {
  const cluster = createCluster()
  cluster.faults.push({ when: {}, effect: { kind: 'delay', delayMs: 1500 }, times: 1 })

  await drive(cluster, ask(cluster, '/version'))
  await ask(cluster, '/version')

  expect(cluster.apiLog.map(({ annotations }) => annotations['apiserver.latency.k8s.io/total'])).toEqual(['1.5s', '0s'])
})

test('it can be followed while it grows, with times as the client has them', async () => {
  const cluster = createCluster()
  cluster.clock.shownOffsetMs = 3_600_000
  const seen: ApiLogEntry[] = []
  const end = cluster.followApiLog((entry) => void seen.push(entry))

  await ask(cluster, '/version')
  end()
  await ask(cluster, '/version')

  expect(seen).toHaveLength(1)
  expect(Date.parse(seen[0]!.stageTimestamp) - Date.parse(cluster.apiLog[0]!.stageTimestamp)).toBe(3_600_000)
})
