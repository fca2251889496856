/** The files a served cluster reads: tokens, and faults that change while it runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCluster } from './create-cluster.ts'
import { faultsFromFile, parseFaults } from './fault-file.ts'
import { listen } from './listen.ts'
import { parseTokenAuthFile } from './token-auth-file.ts'

describe('tokens', () => {
  test('are read as kube-apiserver reads them', () => {
    const text = 't1,alice,u1,"devs,ops"\n\nt2,bob,u2\nt3,"o""neil, jr.",,one\n'

    expect(parseTokenAuthFile(text, 'tokens.csv')).toEqual({
      t1: { user: 'alice', uid: 'u1', groups: ['devs', 'ops'] },
      t2: { user: 'bob', uid: 'u2', groups: [] },
      t3: { user: 'o"neil, jr.', groups: ['one'] },
    })
  })

  test.each([
    ['t1,alice', 'tokens.csv, line 1: expected token,user,uid and perhaps "group1,group2" in quotes; found 2 columns'],
    ['t1,alice,u1,devs,ops', 'found 5 columns'],
    [',alice,u1', 'expected token,user,uid'],
  ])('%j is refused', (text, why) => {
    expect(() => parseTokenAuthFile(text, 'tokens.csv')).toThrow(why)
  })
})

describe('faults', () => {
  test('are a list in YAML', () => {
    const text = '- { when: { verb: list }, effect: { kind: truncate, afterEvents: 3, how: cut }, probability: 0.1 }'

    expect(parseFaults(text, 'faults.yaml')).toEqual([
      { when: { verb: 'list' }, effect: { kind: 'truncate', afterEvents: 3, how: 'cut' }, probability: 0.1 },
    ])
    expect(parseFaults('', 'faults.yaml')).toEqual([])
  })

  test.each([
    ['a: [', /^faults\.yaml: .*line 1/],
    ['{}', /^faults\.yaml: .*expected a list of faults/],
    ['- { when: {}, effect: { kind: boom } }', /expected an effect of kind delay, error, busy/],
    ['- { when: { verbb: list }, effect: { kind: drop } }', /verbb/],
  ])('%j is refused', (text, why) => {
    expect(() => parseFaults(text, 'faults.yaml')).toThrow(why)
  })

  test('of a file that changes are in force with the next request; a broken file changes nothing', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'faults-'))
    const file = path.join(folder, 'faults.yaml')
    writeFileSync(file, '')
    const cluster = createCluster()
    const said: string[] = []
    const beforeEach = faultsFromFile(cluster, file, (message) => void said.push(message))
    const server = await listen(cluster, { tls: false, beforeEach })
    const code = async () => (await fetch(`${server.url}/version`)).status

    const codes = [await code()]
    writeFileSync(file, '- { when: {}, effect: { kind: busy, retryAfterSeconds: 1 } }')
    codes.push(await code())
    writeFileSync(file, 'nonsense: [')
    codes.push(await code())
    rmSync(file)
    codes.push(await code())
    writeFileSync(file, '[]')
    codes.push(await code())
    await server.close()

    expect(codes).toEqual([200, 429, 429, 429, 200])
    expect(said).toHaveLength(2)
    expect(said[0]).toMatch(/faults\.yaml: .*the faults stay as they were$/)
  })
})
