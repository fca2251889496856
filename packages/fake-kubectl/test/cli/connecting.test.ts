import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCluster, listen } from '../../src/index.ts'
import { kubectl } from './kit.ts'

function written(text: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'kubeconfig-')), 'config')
  writeFileSync(file, text)
  return file
}

const CONFIG = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: ada, user: {token: secret}}]
contexts: [{name: here, context: {cluster: c, user: ada, namespace: shop}}, {name: there, context: {cluster: c, user: ada}}]
current-context: here
`

describe('the connection', () => {
  test('goes by HTTPS with the certificates of the kubeconfig', async () => {
    const server = await listen(createCluster(), { port: 0 })
    const file = written(server.kubeconfig({ user: 'ada', groups: ['devs'] }))

    const ada = await kubectl('auth whoami -o jsonpath={.status.userInfo.username}', {
      env: { KUBECONFIG: file },
    })
    const stranger = await kubectl(`get pods --kubeconfig ${file}`)
    const admin = await kubectl(`get ns --kubeconfig ${written(server.kubeconfig())} -o name`)
    await server.close()

    expect(ada).toEqual({ code: 0, stdout: 'ada', stderr: '' })
    expect(stranger.stderr).toBe(
      'Error from server (Forbidden): pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "default"\n',
    )
    expect(admin.stdout).toContain('namespace/default\n')
  })

  test('does not trust a server whose certificate it does not know', async () => {
    const server = await listen(createCluster(), { port: 0 })

    const strict = await kubectl(`get ns --server ${server.url}`)
    const trusting = await kubectl(`get ns --server ${server.url} --insecure-skip-tls-verify --token x`)
    await server.close()

    expect(strict.stderr).toMatch(/^Unable to connect to the server: tls: failed to verify certificate: x509: /)
    expect(trusting.stderr).toBe('error: You must be logged in to the server (Unauthorized)\n')
  })

  test.each([
    [[], 'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n'],
    [['--context=nope'], 'Error in configuration: context was not found for specified context: nope\n'],
    [['--kubeconfig=/nope'], 'error: stat /nope: no such file or directory\n'],
  ])('that cannot be made with %j is told of', async (flags, stderr) => {
    expect(await kubectl(['get', 'pods', ...flags])).toMatchObject({ code: 1, stderr: expect.stringContaining(stderr) })
  })
})

describe('config', () => {
  test('shows the contexts and changes which one is current', async () => {
    const file = written(CONFIG)

    expect((await kubectl(`config get-contexts --kubeconfig ${file}`)).stdout).toBe(
      'CURRENT   NAME    CLUSTER   AUTHINFO   NAMESPACE\n*         here    c         ada        shop\n          there   c         ada        \n',
    )
    expect((await kubectl(`config use-context there --kubeconfig ${file}`)).stdout).toBe(
      'Switched to context "there".\n',
    )
    expect((await kubectl(`config current-context --kubeconfig ${file}`)).stdout).toBe('there\n')
  })

  test('shows no token', async () => {
    const { stdout } = await kubectl(`config view --kubeconfig ${written(CONFIG)}`)

    expect(stdout).toContain('    token: REDACTED\n')
    expect(stdout).not.toContain('secret')
  })

  test('sets a namespace', async () => {
    const file = written(CONFIG)

    await kubectl(`config set-context --current --namespace=lab --kubeconfig ${file}`)

    expect(readFileSync(file, 'utf8')).toContain('namespace: lab')
  })
})
