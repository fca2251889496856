/**
 * `pnpm sim` and `pnpm mcp` as processes: what they say, how they end, and that an MCP client of either revision is
 * answered.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { verifyFile } from '@mcp-lab/journal'
import { Client as V2Client } from '@modelcontextprotocol/client'
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio'
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, test } from 'vitest'
import { connectCluster } from '../src/real-cluster.ts'

const SIM = path.resolve(import.meta.dirname, '../src/cli/sim.ts')
const SCENARIO = path.resolve(import.meta.dirname, '../src/cli/scenario.ts')
const MCP = path.resolve(import.meta.dirname, '../src/cli/mcp.ts')

describe('sim', () => {
  test('says where it listens, writes a kubeconfig that works, and Ctrl-C ends it with 130', async () => {
    const folder = emptyFolder()
    const sim = start(SIM, [], folder)

    const greeting = await firstWords(sim)
    const cluster = await connectCluster(path.join(folder, '.mcp-lab/kubeconfig'))
    const nodes = (await (await cluster.fetch(new Request('https://cluster/api/v1/nodes'))).json()) as {
      items: unknown[]
    }

    expect(cluster.server).toMatch(/^https:/)
    expect(greeting).toContain(cluster.server)
    expect(nodes.items).toHaveLength(3)
    expect(await interrupted(sim)).toBe(130)
    await expect(cluster.fetch(new Request('https://cluster/version'))).rejects.toThrow()
  })

  test('serves plain HTTP where it is asked to', async () => {
    const folder = emptyFolder()
    const sim = start(SIM, ['--http'], folder)

    const url = /http:\S+/.exec(await firstWords(sim))?.[0] ?? ''
    const { status } = await fetch(`${url}/api/v1/nodes`)

    expect(status).toBe(200)
    await interrupted(sim)
  })

  test('moves its time as it is told to while it runs', async () => {
    const folder = emptyFolder()
    const sim = start(SIM, ['--speed', '0'], folder)
    await firstWords(sim)
    const cluster = await connectCluster(path.join(folder, '.mcp-lab/kubeconfig'))
    const url = 'https://cluster/api/v1/namespaces/default/events'
    const event = {
      metadata: { name: 'old' },
      involvedObject: { namespace: 'default' },
      lastTimestamp: new Date().toISOString(),
    }
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Event', ...event })
    const headers = { 'content-type': 'application/json' }
    await cluster.fetch(new Request(url, { method: 'POST', body, headers }))

    const answers: string[] = []
    for (const line of ['advance 2h', 'advance soon', 'speed', 'resume', 'speed 60', 'dance']) {
      sim.stdin.write(`${line}\n`)
      answers.push(String((await once(sim.stdout, 'data'))[0]).trim())
    }
    const after = await cluster.fetch(new Request(`${url}/old`))

    expect(after.status).toBe(404)
    expect(answers).toEqual([
      'It is 2h later.',
      'duration "soon": expected a number and a unit (ms, s, m, h, d), like "5m"',
      'speed "": expected a number from 0 (time stands still) up, as in "speed 60"',
      'Time stands still: its speed is 0.',
      'Time passes 60 times as fast as outside.',
      '"dance" means nothing here. Type one of: advance 5m · speed 60 · pause · resume · step',
    ])
    await interrupted(sim)
  })

  test('knows tokens, logs what is asked, and lets faults happen, as its flags say', async () => {
    const folder = emptyFolder()
    writeFileSync(
      path.join(folder, 'faults.yaml'),
      '- { when: { resource: pods }, effect: { kind: busy, retryAfterSeconds: 1 } }',
    )
    const flags = ['--token', 's3cret,alice,u1,"devs,ops"', '--log', 'api.log', '--faults', 'faults.yaml']
    const sim = start(SIM, flags, folder)
    await firstWords(sim)
    const file = path.join(folder, '.mcp-lab/kubeconfig')
    const config = readFileSync(file, 'utf8')
    writeFileSync(path.join(folder, 'alice'), config.replace(/token: .*/, 'token: s3cret'))
    const asAlice = await connectCluster(path.join(folder, 'alice'))
    const asAdmin = await connectCluster(file)

    const secrets = await asAlice.fetch(new Request('https://cluster/api/v1/secrets'))
    const pods = await asAdmin.fetch(new Request('https://cluster/api/v1/pods'))
    const log = readFileSync(path.join(folder, 'api.log'), 'utf8').trim().split('\n')

    expect([secrets.status, pods.status, pods.headers.get('retry-after')]).toEqual([403, 429, '1'])
    expect(log.map((line) => JSON.parse(line)).map(({ user, responseStatus }) => [user, responseStatus.code])).toEqual([
      [{ username: 'alice', uid: 'u1', groups: ['devs', 'ops', 'system:authenticated'] }, 403],
      [expect.objectContaining({ username: 'admin', uid: 'admin-uid' }), 429],
    ])
    expect(await interrupted(sim)).toBe(130)
  })

  test('starts from manifests, keeps what it has come to, and goes on from there', async () => {
    const folder = emptyFolder()
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mine', namespace: 'default' },
      data: { a: '1' },
    }
    writeFileSync(path.join(folder, 'mine.json'), JSON.stringify(manifest))
    const read = async () => {
      const cluster = await connectCluster(path.join(folder, '.mcp-lab/kubeconfig'))
      const answer = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/configmaps/mine'))
      return (await answer.json()) as { data: object; metadata: { uid: string } }
    }

    const sim = start(SIM, ['--manifests', 'mine.json'], folder)
    await firstWords(sim)
    const before = await read()
    sim.stdin.write('save saved.json\n')
    await once(sim.stdout, 'data')
    await interrupted(sim)
    const again = start(SIM, ['--restore', 'saved.json'], folder)
    await firstWords(again)
    const after = await read()
    await interrupted(again)

    expect(before.data).toEqual({ a: '1' })
    expect(after.metadata.uid).toBe(before.metadata.uid)
  })

  test('lets somebody say how an image behaves', async () => {
    const folder = emptyFolder()
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'mine' },
      spec: { containers: [{ name: 'c', image: 'mine:1' }] },
    }
    writeFileSync(path.join(folder, 'pod.json'), JSON.stringify(pod))
    writeFileSync(path.join(folder, 'images.yaml'), '- image: mine\n  stages: [{ for: 1s, exit: 7 }]\n')

    const sim = start(SIM, ['--manifests', 'pod.json', '--images', 'images.yaml'], folder)
    await firstWords(sim)
    sim.stdin.write('advance 30s\n')
    await once(sim.stdout, 'data')
    const cluster = await connectCluster(path.join(folder, '.mcp-lab/kubeconfig'))
    const answer = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/mine'))
    await interrupted(sim)

    expect(await answer.json()).toMatchObject({
      status: { containerStatuses: [{ lastState: { terminated: { exitCode: 7 } } }] },
    })
  })

  test('says in the words of kubectl what is wrong with a manifest', async () => {
    const folder = emptyFolder()
    writeFileSync(path.join(folder, 'bad.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: {}\n')

    const { code, stderr } = await end(start(SIM, ['--manifests', 'bad.yaml'], folder))

    expect(code).toBe(2)
    expect(stderr).toBe('bad.yaml cannot be applied.\nThe Pod "x" is invalid: spec.containers: Required value\n')
  })

  test('says that a port is in use, and what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo

    const ended = await end(start(SIM, ['--port', String(port)]))
    taken.close()

    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(new RegExp(`port ${port} on 127.0.0.1 is in use`))
    expect(ended.stderr).not.toMatch(/\n +at /)
  })

  test.each([
    [['--prot', '1'], /Unknown option '--prot'[\s\S]*--port N/],
    [['--seed', 'x'], /--seed x: expected a whole number/],
    [['--scenario', 'nope'], /There is no scenario "nope"\.\nThe command "scenario list" shows/],
    [['--scenario', 'oom'], /There is no scenario "oom"\.\nAlike: oom-after-deploy, oom-limit-too-low\./],
    [['--manifests', 'no-such-place'], /no-such-place cannot be read/],
    [['--restore', 'no-such-file'], /no-such-file cannot be read/],
    [['--images', 'no-such-file'], /no-such-file cannot be read/],
    [['disk-pressure'], /"disk-pressure" means nothing here/],
    [['--kubeconfig', `${MCP}/no/folder`], /kubeconfig cannot be written/],
    [['--token', 'x,y'], /--token, line 1: expected token,user,uid/],
    [['--token-auth-file', 'no-such-file'], /no-such-file cannot be read/],
    [['--faults', 'no-such-file'], /no-such-file cannot be read/],
    [['--log', `${MCP}/no/folder`], /log cannot be written/],
  ])('refuses %j in two lines without a stack', async (args, said) => {
    const { code, stderr } = await end(start(SIM, args))

    expect(code).toBe(2)
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n +at /)
  })

  test('does not guess the value of a flag that npm made a switch', async () => {
    const { stderr } = await end(
      start(SIM, ['7'], emptyFolder(), { npm_config_seed: 'true', MCP_LAB_CALLED_AS: 'npm run' }),
    )

    expect(stderr).toBe('npm kept --seed … for itself.\nWrite npm run sim -- --seed …\n')
  })

  test('notices a flag that npm swallowed', async () => {
    const { code, stderr } = await end(
      start(SIM, [], emptyFolder(), { npm_config_seed: '7', MCP_LAB_CALLED_AS: 'npm run' }),
    )

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'npm kept --seed 7 for itself.\nWrite npm run sim -- --seed 7\n',
    })
  })
})

describe('scenario', () => {
  test('lists them by kind, and shows one without its solution', async () => {
    const [list, shown] = await Promise.all([
      end(start(SCENARIO, ['list'])),
      end(start(SCENARIO, ['show', 'oom-after-deploy'])),
    ])

    expect(list.stdout).toMatch(/^rollout\n(  \S.*\n)*  oom-after-deploy +The API answers 500/m)
    expect(shown.stdout).toContain('state      the API has all its replicas')
    expect(shown.stdout).not.toContain('rollout undo')
  })

  test('is solved by steps out of a file, or not', async () => {
    const folder = emptyFolder()
    const steps = (replicas: number) =>
      writeFileSync(
        path.join(folder, 'steps.yaml'),
        `- kubectl: scale deployment/catalog -n production --replicas=${replicas}\n- wait: 2m\n`,
      )
    const run = () => end(start(SCENARIO, ['run', 'scale-up', '--steps', 'steps.yaml'], folder))

    steps(4)
    expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(/Solved\.\n$/) as string })
    steps(3)
    const { code, stdout } = await run()
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ state: catalog has four pods\n[\s\S]*Not solved\.\n$/)
  })

  test('serves its cluster to whom it asks, in their role, and judges what they say', async () => {
    const folder = emptyFolder()
    const scenario = start(SCENARIO, ['run', 'list-images'], folder)

    const greeting = await firstWords(scenario)
    const cluster = await connectCluster(path.join(folder, '.mcp-lab/kubeconfig'))
    const refused = await cluster.fetch(
      new Request('https://cluster/api/v1/namespaces/production/pods', { method: 'DELETE' }),
    )
    const output = text(scenario.stdout)
    scenario.stdin.write('done It runs postgres:17.6.\n')
    const [code] = (await once(scenario, 'exit')) as [number]

    expect(greeting).toContain('Which version of Postgres runs in production?')
    expect(refused.status).toBe(403)
    expect(await output).toMatch(/✗ forbidden: nothing is changed\n +agent:viewer tried to deletecollection/)
    expect(code).toBe(1)
  })

  test.each([
    [['nope'], /"nope" means nothing here\./],
    [['run'], /One scenario, please\.\nWhich\?/],
    [['run', 'healthy'], /The scenario "healthy" is only a place to be/],
    [['run', 'scale-up', '--cheat', '9'], /--cheat 9: expected a whole number from 1 to 2/],
    [['run', 'scale-up', '--steps', 'no-such-file'], /The steps cannot be read/],
    [['verify', 'nope'], /There is no scenario "nope"/],
    [['export'], /--out is missing/],
    [['export', '--out', 'x', '--kubeconfig', 'no-such-file'], /no-such-file/],
  ])('refuses %j without a stack', async (args, said) => {
    const { code, stderr } = await end(start(SCENARIO, args))

    expect(code).toBe(2)
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n +at /)
  })
})

describe('mcp', () => {
  test('answers a client of 2025-11-25 over stdio', async () => {
    const client = new V1Client({ name: 'test', version: '1.0.0' })
    const cwd = emptyFolder()

    await client.connect(new V1Stdio({ command: process.execPath, args: [MCP, 'stdio'], cwd }))
    const { tools } = await client.listTools()
    const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })
    await client.close()

    const names = tools.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['kubernetes_get', 'kubernetes_logs', 'prometheus_query']))
    expect(names).not.toContain('kubernetes_scale')
    expect(result.isError).toBeFalsy()
    expect(auditOf(cwd)).toMatchObject({ kind: 'intact', head: { length: 1 } })
  })

  test('answers a client of 2026-07-28 over stdio', async () => {
    const client = new V2Client(
      { name: 'test', version: '1.0.0' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    )

    await client.connect(new V2Stdio({ command: process.execPath, args: [MCP, 'stdio'], cwd: emptyFolder() }))
    const era = client.getProtocolEra()
    const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })
    await client.close()

    expect(era).toBe('modern')
    expect(result.isError).toBeFalsy()
  })

  test.each(snippets())('starts from the snippet for $host, for the user it names', async ({ entry }) => {
    const cwd = emptyFolder()
    const client = new V1Client({ name: 'test', version: '1.0.0' })
    const env = { ...entry.env, MCP_LAB_ROOT: cwd }

    await client.connect(new V1Stdio({ command: process.execPath, args: entry.args, cwd, env }))
    await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })
    await client.close()

    expect(entry.command).toBe('node')
    expect(subjectsOf(cwd)).toEqual(['ada'])
  })

  test('there is a snippet for each host', () => {
    expect(snippets().map(({ host }) => host)).toEqual([
      'Claude Desktop',
      'Claude Code',
      'VS Code',
      'Cursor',
      'Codex',
      'Gemini CLI',
      'MCP Inspector',
    ])
  })

  test("serves somebody's tools too, with TypeScript that Node alone does not strip", async () => {
    const cwd = emptyFolder()
    writeFileSync(path.join(cwd, 'tool.mts'), TOOL_WITH_ENUM)
    const client = new V1Client({ name: 'test', version: '1.0.0' })

    await client.connect(new V1Stdio({ command: process.execPath, args: [MCP, 'stdio', '--tools', 'tool.mts'], cwd }))
    const result = await client.callTool({ name: 'say_mood', arguments: {} })
    await client.close()

    expect(result.structuredContent).toEqual({ mood: 1 })
  })

  test('keeps what a tool prints out of the protocol', async () => {
    const cwd = emptyFolder()
    writeFileSync(path.join(cwd, 'tool.mts'), `console.log('hello from the tool')\n${TOOL_WITH_ENUM}`)
    const mcp = spawn(process.execPath, [MCP, 'stdio', '--tools', 'tool.mts'], { cwd, stdio: ['pipe', 'pipe', 'pipe'] })

    mcp.stdin.end()

    const { stdout, stderr } = await end(mcp)
    expect(stdout).toBe('')
    expect(stderr).toBe('hello from the tool\n')
  })

  test('lets a person approve in another process what an agent wants to do', async () => {
    const cwd = emptyFolder()
    const env = { MCP_LAB_USER: 'ada', MCP_LAB_GROUPS: 'mcp-lab:operators', MCP_LAB_ACTOR: 'agent:sre' }
    const client = new V1Client({ name: 'test', version: '1.0.0' })
    const args = [MCP, 'stdio', '--scenario', 'healthy-shop']
    await client.connect(new V1Stdio({ command: process.execPath, args, cwd, env: { ...env, MCP_LAB_ROOT: cwd } }))
    const { structuredContent } = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'deployments' } })
    const [{ namespace, name }] = (structuredContent as { items: [{ namespace: string; name: string }] }).items
    const scale = { name: 'kubernetes_scale', arguments: { namespace, name, replicas: 4 } }
    const ada = { MCP_LAB_USER: 'ada', MCP_LAB_GROUPS: 'mcp-lab:approvers' }

    const refused = await client.callTool(scale)
    const waiting = await end(start(MCP, ['approve', 'list'], cwd, ada))
    const id = /^[0-9a-f]{32}$/m.exec(waiting.stdout)?.[0] ?? ''
    const accepted = await end(start(MCP, ['approve', 'accept', id.slice(0, 6)], cwd, ada))
    const again = await end(start(MCP, ['approve', 'accept', id], cwd, ada))
    const done = await client.callTool(scale)
    await client.close()

    expect(refused.isError).toBe(true)
    expect(waiting.stdout).toContain(`agent:sre, for ada, asks to scale deployment ${namespace}/${name} to 4 replicas`)
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted by ada') })
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('was decided already') })
    expect(done.structuredContent).toMatchObject({ done: true })
    expect(await end(start(MCP, ['audit', 'verify'], cwd))).toMatchObject({ code: 0, stdout: /^intact .*\n +3 rows/ })
  })

  test('finds an edited audit log', async () => {
    const cwd = emptyFolder()
    const mcp = start(MCP, ['stdio'], cwd)
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'kubernetes_get', arguments: {} } }
    mcp.stdin.end(`${JSON.stringify(call)}\n`)
    await end(mcp)
    const folder = path.join(cwd, '.mcp-lab/audit')
    const file = path.join(folder, readdirSync(folder)[0]!)
    writeFileSync(file, readFileSync(file, 'utf8').replace('kubernetes_get', 'kubernetes_top'))

    const { code, stdout } = await end(start(MCP, ['audit', 'verify', file], cwd))

    expect(code).toBe(1)
    expect(stdout).toContain('entry 1 is not what was written: its hash does not match')
  })

  test.each([
    [['approve', 'accept'], /Expected list, or show, accept or deny with an ID/],
    [['approve', 'accept', 'f00'], /No approval of this ID waits for \S+: f00\.\nNothing waits for your word/],
    [['audit'], /Expected verify, found nothing/],
    [['audit', 'verify'], /There is no audit log under/],
    [['audit', 'verify', 'none.jsonl'], /There is no file none\.jsonl/],
    [['audit', 'verify', 'x', '--receipt', '7'], /--receipt 7: expected LENGTH:HASH/],
    [['stdio', '--toolsets', 'core,kore'], /there is no set kore\.\nSome of core, /],
    [['stdio', 'http'], /Expected stdio or http, found stdio http/],
  ])('refuses %j without a stack', async (args, said) => {
    const { code, stderr } = await end(start(MCP, args))

    expect(code).toBe(2)
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n +at /)
  })

  test('ends when its host closes stdin', async () => {
    const mcp = spawn(process.execPath, [MCP, 'stdio'], { cwd: emptyFolder(), stdio: ['pipe', 'pipe', 'pipe'] })

    mcp.stdin.end()

    expect((await end(mcp)).code).toBe(0)
  })

  test('stands in front of the cluster that a kubeconfig names', async () => {
    const folder = emptyFolder()
    const sim = start(SIM, ['--seed', '9'], folder)
    await firstWords(sim)
    const client = new V1Client({ name: 'test', version: '1.0.0' })

    const flags = ['--kubeconfig', '.mcp-lab/kubeconfig']
    await client.connect(new V1Stdio({ command: process.execPath, args: [MCP, 'stdio', ...flags], cwd: folder }))
    const result = await client.callTool({ name: 'kubernetes_get', arguments: { kind: 'nodes' } })
    await client.close()
    await interrupted(sim)

    expect(JSON.stringify(result.structuredContent)).toMatch(/node-[0-9a-f]+/)
  })

  test.each([
    [[], /Expected stdio, http, approve or audit, found nothing/],
    [['tcp'], /Expected stdio, http, approve or audit, found tcp/],
    [['stdio', '--kubeconfig', 'no-such-file'], /There is no kubeconfig at no-such-file/],
    [['stdio', '--tools', 'no-such-file.ts'], /There is no file no-such-file\.ts/],
    [['stdio', '--policy', 'no-such-policy.yaml'], /no-such-policy\.yaml cannot be read \(ENOENT\)/],
    [['http', '--oidc-issuer', 'https://login.example'], /tokens are for a server of one name/],
    [['stdio', '--oidc-issuer', 'https://login.example', '--url', 'https://x/mcp'], /MCP_LAB_TOKEN_FILE is missing/],
    [['http', '--oidc-issuer', 'https://login.example', '--url', 'x'], /--url x: expected a URL/],
    [['stdio', '--cluster', 'kind'], /--cluster kind: expected sim or current/],
  ])('refuses %j without a stack, and writes nothing to stdout', async (args, said) => {
    const { code, stdout, stderr } = await end(start(MCP, args))

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n +at /)
  })
})

/** Written against the face by its path: the folder it lies in has no node_modules. */
const TOOL_WITH_ENUM = `
  import { defineTool } from ${JSON.stringify(import.meta.resolve('@mcp-lab/mcp-server'))}
  import * as z from ${JSON.stringify(import.meta.resolve('zod'))}
  enum Mood { Bad, Good }
  export const mood = defineTool({
    name: 'say_mood', title: 'Mood', description: 'Says how it is.', level: 'read',
    inputSchema: z.strictObject({}), outputSchema: z.object({ mood: z.number() }), attributes: () => [],
    run: async () => ({ structuredContent: { mood: Mood.Good }, text: 'good' }),
  })
`

type Child = ChildProcessByStdio<Writable, Readable, Readable>

function start(main: string, args: readonly string[], cwd = emptyFolder(), env: Record<string, string> = {}): Child {
  return spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, MCP_LAB_ROOT: cwd, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

async function firstWords(child: Child): Promise<string> {
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return chunk.toString('utf8')
}

async function interrupted(child: Child): Promise<number | null> {
  child.kill('SIGINT')
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

type Ended = { code: number | null; stdout: string; stderr: string }

async function end(child: { stdout: Readable; stderr: Readable } & NodeJS.EventEmitter): Promise<Ended> {
  const [exit, stdout, stderr] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { code: exit[0] as number | null, stdout, stderr }
}

function emptyFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'test bed-'))
}

type Entry = { readonly command: string; readonly args: string[]; readonly env: Record<string, string> }

/** What the README of the MCP server tells people to paste, host by host. */
function snippets(): { host: string; entry: Entry }[] {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../mcp-server/README.md'), 'utf8')
  const kit = path.resolve(import.meta.dirname, '../../..').replaceAll('\\', '/')
  const blocks = readme
    .slice(readme.indexOf('## In an editor'))
    .matchAll(/^(\w[^,\n]*), `[^\n]+\n```(json|toml)\n([^]*?)```/gm)
  return [...blocks].map(([, host = '', language, text = '']) => {
    const code = text.replace('/path/to/mcp-lab', kit)
    return { host, entry: language === 'json' ? entryOfJson(code) : entryOfToml(code) }
  })
}

function entryOfJson(code: string): Entry {
  const { mcpServers, servers } = JSON.parse(code) as Record<string, Record<string, Entry>>
  return Object.values(mcpServers ?? servers ?? {})[0]!
}

/** Codex' file holds three plain values. */
function entryOfToml(code: string): Entry {
  const valueOf = (key: string): string => new RegExp(`^${key} = (.*)$`, 'm').exec(code)?.[1] ?? ''
  const json = (text: string): unknown => JSON.parse(text.replaceAll(/(\w+) = /g, '"$1": '))
  return { command: json(valueOf('command')), args: json(valueOf('args')), env: json(valueOf('env')) } as Entry
}

function subjectsOf(cwd: string): unknown[] {
  const folder = path.join(cwd, '.mcp-lab/audit')
  const rows = readdirSync(folder).flatMap((file) => readFileSync(path.join(folder, file), 'utf8').trim().split('\n'))
  return rows.map((row) => (JSON.parse(row) as { record: { subject: { user: string } } }).record.subject.user)
}

function auditOf(cwd: string): unknown {
  const folder = path.join(cwd, '.mcp-lab/audit')
  const [file] = existsSync(folder) ? readdirSync(folder) : []
  return file === undefined ? 'no audit log' : verifyFile(path.join(folder, file))
}
