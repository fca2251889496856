import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  Attach,
  CoreV1Api,
  Cp,
  Exec,
  KubeConfig,
  Log,
  PortForward,
  Watch,
  type V1Status,
} from '@kubernetes/client-node'
import { afterEach, describe, expect, test } from 'vitest'
import type { Cluster } from '../cluster.ts'
import { IN_PROCESS_URL, plugIn, type Sockets } from './client-node.ts'
import { createCluster } from './create-cluster.ts'
import { kubeconfig } from './kubeconfig.ts'
import { listen } from './listen.ts'

type Client = { kubeConfig: KubeConfig; sockets: Sockets | undefined }

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

function shop(): Cluster {
  const routes = { '80': { '/': 'hello from {pod}\n' } }
  const log = { everyMs: 100, lines: ['line {n}'] }
  return createCluster({
    world: { nodes: 1, apps: [{ name: 'web', namespace: 'shop', image: 'x/web:1', routes, log }] },
  })
}

async function inProcess(cluster: Cluster): Promise<Client> {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(kubeconfig({ url: IN_PROCESS_URL }))
  return { kubeConfig, sockets: plugIn(kubeConfig, cluster) }
}

async function overTls(cluster: Cluster): Promise<Client> {
  const server = await listen(cluster)
  closers.push(server.close)
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(server.kubeconfig())
  return { kubeConfig, sockets: undefined }
}

async function podName({ kubeConfig }: Client): Promise<string> {
  const { items } = await kubeConfig.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'shop' })
  return items[0]!.metadata!.name!
}

/** What a command printed, and its Status. */
type Ran = [stdout: string, stderr: string, status: V1Status]

function execute(
  { kubeConfig, sockets }: Client,
  pod: string,
  command: string[],
  stdin: Readable | null = null,
): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const exec = new Exec(kubeConfig, sockets)
  const status = new Promise<V1Status>((resolve, reject) => {
    exec.exec('shop', pod, 'web', command, stdout, stderr, stdin, false, resolve).catch(reject)
  })
  return Promise.all([text(stdout), text(stderr), status])
}

/** The first bytes that are not none. */
async function firstOf(stream: PassThrough): Promise<string> {
  for await (const chunk of stream) if ((chunk as Buffer).length > 0) return String(chunk)
  return ''
}

describe.each([
  ['in process', inProcess],
  ['over TLS', overTls],
])('client-node %s', (_, connected) => {
  async function clientOf(cluster = shop()): Promise<{ client: Client; name: string }> {
    const client = await connected(cluster)
    return { client, name: await podName(client) }
  }

  test('runs a command, streams its input, and learns its exit code', async () => {
    const { client, name } = await clientOf()

    const [out, err, status] = await execute(
      client,
      name,
      ['sh', '-c', 'tr a-z A-Z; echo oops >&2; exit 7'],
      Readable.from(['quiet\n']),
    )

    expect([out, err]).toEqual(['QUIET\n', 'oops\n'])
    expect(status.details?.causes).toEqual([{ reason: 'ExitCode', message: '7' }])
  })

  test('is told why there is no connection', async () => {
    const { client } = await clientOf()
    const exec = new Exec(client.kubeConfig, client.sockets)

    const refused = exec.exec('shop', 'nope', 'web', ['true'], null, null, null, false)

    await expect(refused).rejects.toMatchObject({ message: 'Unexpected server response: 404' })
  })

  test('copies a folder there and back', async () => {
    const { client, name } = await clientOf()
    const folder = await mkdtemp(join(tmpdir(), 'cp-'))
    closers.push(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'there', 'sub'), { recursive: true })
    await writeFile(join(folder, 'there', 'sub', 'file'), 'content\n')
    const cp = new Cp(client.kubeConfig, new Exec(client.kubeConfig, client.sockets))
    const arrives = async (look: () => Promise<string>): Promise<string> => {
      for (let turn = 0; turn < 500; turn++) {
        const found = await look().catch(() => '')
        if (found !== '') return found
        await new Promise((resolve) => setImmediate(resolve))
      }
      return ''
    }

    await cp.cpToPod('shop', name, 'web', join(folder, 'there'), '/srv')
    const there = await arrives(async () => (await execute(client, name, ['cat', '/srv/sub/file']))[0])
    await cp.cpFromPod('shop', name, 'web', 'sub', join(folder, 'back'), '/srv')
    const back = await arrives(() => readFile(join(folder, 'back', 'sub', 'file'), 'utf8'))

    expect([there, back]).toEqual(['content\n', 'content\n'])
  })

  test('reads a log, and attaches to it', async () => {
    const cluster = shop()
    const { client, name } = await clientOf(cluster)
    const [log, attached] = [new PassThrough(), new PassThrough()]

    await new Log(client.kubeConfig).log('shop', name, 'web', log, { tailLines: 1 })
    await new Attach(client.kubeConfig, client.sockets).attach('shop', name, 'web', attached, null, null, false)
    cluster.advance('1s')
    const first = await firstOf(attached)

    expect(await text(log)).toMatch(/^line \d+\n$/)
    expect(first).toMatch(/^line \d+\n$/)
  })

  test('speaks HTTP to a port', async () => {
    const { client, name } = await clientOf()
    const [output, input] = [new PassThrough(), new PassThrough()]

    await new PortForward(client.kubeConfig, true, client.sockets).portForward('shop', name, [80], output, null, input)
    input.write('GET / HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n')
    const answer = await firstOf(output)

    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toContain(`hello from ${name}\n`)
  })

  test('watches', async () => {
    const { client } = await clientOf()
    const core = client.kubeConfig.makeApiClient(CoreV1Api)
    const seen: string[] = []
    const created = new Promise<void>((resolve) => {
      const note = (type: string, object: { metadata: { name: string } }) => {
        seen.push(`${type} ${object.metadata.name}`)
        if (object.metadata.name === 'new') resolve()
      }
      void new Watch(client.kubeConfig)
        .watch('/api/v1/namespaces/shop/configmaps', {}, note, () => {})
        .then(async (watch) => {
          await core.createNamespacedConfigMap({ namespace: 'shop', body: { metadata: { name: 'new' } } })
          await created
          watch.abort()
        })
    })

    await created

    expect(seen).toContain('ADDED new')
  })
})
