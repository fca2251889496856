/** A policy that changes while the server runs. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { policyFile } from '../src/index.ts'
import { world } from './world.ts'

const GRANTS = `
apiVersion: mcp-lab/v1
kind: ClusterRole
metadata: { name: looker }
rules:
  - { verbs: [get, list], apiGroups: [''], resources: [pods], tools: [kubernetes_get] }
---
apiVersion: mcp-lab/v1
kind: ClusterRoleBinding
metadata: { name: lookers }
roleRef: { kind: ClusterRole, name: looker }
subjects: [{ kind: User, name: vera }]
`
const NOBODY = GRANTS.replace('vera', 'nobody')

let [folder, file] = ['', '']
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'policy-'))
  file = path.join(folder, 'policy.yaml')
  writeFileSync(file, GRANTS)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** As an editor saves: a new file in the place of the old one. */
function save(text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

function served() {
  const told: string[] = []
  const policy = policyFile(file, {
    onReload: () => told.push('reloaded'),
    onRefused: (fault) => told.push((fault as Error).message),
  })
  const { call, connect } = world({ policy })
  const list = async () => (await (await connect()).listTools()).tools.map(({ name }) => name)
  return { told, list, get: () => call('kubernetes_get', { kind: 'pod', namespace: 'shop' }) }
}

test('what is taken away is gone from the next call and list on', async () => {
  const { told, list, get } = served()
  expect((await get()).isError).toBeFalsy()
  expect(await list()).toEqual(['kubernetes_get'])

  save(NOBODY)

  await expect(get()).rejects.toThrow('Unknown tool: kubernetes_get')
  expect(await list()).toEqual([])
  expect(told).toEqual(['reloaded'])
})

test('what is given counts too', async () => {
  save(NOBODY)
  const { list } = served()
  expect(await list()).toEqual([])

  save(GRANTS)

  expect(await list()).toEqual(['kubernetes_get'])
})

test.each([
  ['no policy', () => save(GRANTS.replace('verbs', 'verb')), /policy\.yaml:6, .*unknown field/],
  ['no YAML', () => save('roles: ['), /policy\.yaml/],
  ['gone', () => rmSync(file), /ENOENT/],
])('a file that is %s keeps the old policy, and is told of once', async (_what, change, says) => {
  const { told, list, get } = served()

  change()

  expect((await get()).isError).toBeFalsy()
  expect(await list()).toEqual(['kubernetes_get'])
  expect(told).toEqual([expect.stringMatching(says)])
})

test('a good file after a bad one counts', async () => {
  const { told, list } = served()
  save('roles: [')
  await list()

  save(NOBODY)

  expect(await list()).toEqual([])
  expect(told).toEqual([expect.any(String), 'reloaded'])
})

test('a file that is no policy to begin with is an error', () => {
  save('roles: [')

  expect(() => policyFile(file)).toThrow('policy.yaml')
})
