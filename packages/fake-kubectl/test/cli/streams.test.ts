import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { createCluster, listen, type Cluster } from '../../src/index.ts'
import { pod } from '../kit.ts'
import { kubectl, kubectlOf } from './kit.ts'

function withPod(): Cluster {
  return createCluster({ world: { nodes: 1 }, manifests: [pod('web')] })
}

describe('exec', () => {
  test('brings output, errors and the exit code', async () => {
    const answer = await kubectlOf(withPod())(['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'])

    expect(answer).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 3\n' })
  })

  test('passes standard input on, to its end', async () => {
    expect(await kubectlOf(withPod())('exec -i web -- cat', 'typed\n')).toMatchObject({ code: 0, stdout: 'typed\n' })
  })

  test('goes over HTTPS, as the user of the kubeconfig', async () => {
    const server = await listen(withPod(), { port: 0 })
    const env = { KUBECONFIG: '' }
    const flags = ['--server', server.url, '--insecure-skip-tls-verify', '--token', 'x']

    const refused = await kubectl(['exec', 'web', ...flags, '--', 'true'], { env })
    await server.close()

    expect(refused).toMatchObject({ code: 1, stderr: 'error: You must be logged in to the server (Unauthorized)\n' })
  })

  test.each([
    ['exec', 'error: pod, type/name or --filename must be specified\n'],
    ['exec web', 'error: you must specify at least one command for the container\n'],
    ['exec web -c nope -- ls', 'error: container nope is not valid for pod web out of: app\n'],
    ['exec nope -- ls', 'Error from server (NotFound): pods "nope" not found\n'],
  ])('refuses %j as kubectl does', async (line, stderr) => {
    expect(await kubectlOf(withPod())(line)).toEqual({ code: 1, stdout: '', stderr })
  })

  test('works a terminal: raw while it lasts, with its size', async () => {
    const raw: boolean[] = []
    const terminal = {
      raw: (on: boolean) => void raw.push(on),
      size: () => ({ Width: 99, Height: 7 }),
      onResize: () => undefined,
    }

    const { stdout } = await kubectlOf(withPod(), { terminal })(['exec', '-it', 'web', '--', 'echo', 'hi'])

    expect([stdout, raw]).toEqual(['hi\r\n', [true, false]])
  })
})

describe('cp', () => {
  test('copies a folder there and back by tar', async () => {
    const cwd = mkdtempSync(path.join(os.tmpdir(), 'cp-'))
    const long = `${'long/'.repeat(25)}name`
    mkdirSync(path.join(cwd, 'here', path.dirname(long)), { recursive: true })
    writeFileSync(path.join(cwd, 'here', 'a'), 'one')
    writeFileSync(path.join(cwd, 'here', long), Buffer.alloc(100_000, 7))
    const kubectl = kubectlOf(withPod(), { cwd })

    expect(await kubectl('cp here web:/tmp')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await kubectl('exec web -- cat /tmp/here/a')).stdout).toBe('one')
    expect((await kubectl('cp web:/tmp/here back')).code).toBe(0)

    expect(readFileSync(path.join(cwd, 'back', 'a'), 'utf8')).toBe('one')
    expect(readFileSync(path.join(cwd, 'back', long))).toEqual(Buffer.alloc(100_000, 7))
  })

  test.each([
    ['cp a b', 'error: one of src or dest must be a remote file specification\n'],
    ['cp web:/a web:/b', 'error: one of src or dest must be a local file specification\n'],
    ['cp nofile web:/x', "error: nofile doesn't exist in local filesystem\n"],
  ])('refuses %j as kubectl does', async (line, stderr) => {
    expect(await kubectlOf(withPod())(line)).toEqual({ code: 1, stdout: '', stderr })
  })
})

describe('port-forward', () => {
  test('makes connections to a port here in the pod', async () => {
    const app = { name: 'web', namespace: 'default', image: 'x/web:1', routes: { '8080': { '/': 'hello\n' } } }
    const cluster = createCluster({ world: { nodes: 1, apps: [app] } })
    const stop = new AbortController()
    let told: (text: string) => void = () => undefined
    const greeting = new Promise<string>((resolve) => (told = resolve))
    const kubectl = kubectlOf(cluster, { stdout: (text) => told(String(text)), signal: stop.signal })
    const { stdout: name } = await kubectlOf(cluster)('get pods -l app=web -o jsonpath={.items[0].metadata.name}')

    const forwarding = kubectl(`port-forward ${name} :8080 --address 127.0.0.1`)
    const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+) -> 8080\n$/.exec(await greeting) ?? []
    const connection = connect(Number(port), '127.0.0.1')
    connection.write('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n')
    const [answer] = await Promise.all([text(connection), once(connection, 'end')])
    stop.abort()
    await forwarding

    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*hello\n/)
  })

  test('refuses a port that the pod does not have by name', async () => {
    expect(await kubectlOf(withPod())('port-forward web http')).toMatchObject({
      code: 1,
      stderr: "error: Pod 'web' does not have a named port 'http'\n",
    })
  })
})
