import { describe, expect, test } from 'vitest'
import { send } from './kit.ts'
import { logOf, oneNode, place, podOf, row } from './living.ts'

async function ran(script: string, spec: object = {}, image = 'busybox') {
  const cluster = oneNode()
  await place(cluster, 'app', { image, command: ['sh', '-c', script] }, spec)
  cluster.settle()
  return cluster
}

const ONCE = { restartPolicy: 'Never' }

describe("a pod's script", () => {
  test('prints, waits and ends with its code', async () => {
    const cluster = await ran('echo one; sleep 3; echo two >&2; exit 7', ONCE)

    const { terminated } = (await podOf(cluster, 'app')).status.containerStatuses[0].state
    expect(await logOf(cluster, 'app')).toBe('one\ntwo\n')
    expect(terminated.exitCode).toBe(7)
    expect(Date.parse(terminated.finishedAt) - Date.parse(terminated.startedAt)).toBe(3000)
  })

  test('the counter of the documentation counts a line a second', async () => {
    const cluster = await ran('i=0; while true; do echo "$i: $(date +%S)"; i=$((i+1)); sleep 1; done')
    cluster.advance('1h')

    const lines = (await logOf(cluster, 'app', '?tailLines=2'))
      .trim()
      .split('\n')
      .map((it) => it.split(': ').map(Number))
    expect(lines[1]![0]! - lines[0]![0]!).toBe(1)
    expect((lines[1]![1]! - lines[0]![1]! + 60) % 60).toBe(1)
    expect(lines[1]![0]).toBeGreaterThan(3590)
  })

  test('knows its environment, and decides by it', async () => {
    const cluster = oneNode()
    const command = ['sh', '-c', 'if [ "$MODE" = "fast" ]; then echo "go $MODE ${NOT:-none}"; else exit 1; fi']
    await place(cluster, 'app', { image: 'busybox', command, env: [{ name: 'MODE', value: 'fast' }] }, ONCE)
    cluster.settle()

    expect(await logOf(cluster, 'app')).toBe('go fast none\n')
  })

  test('goes through a list', async () => {
    expect(await logOf(await ran('for i in 1 2 3; do echo item $i; sleep 1; done', ONCE), 'app')).toBe(
      'item 1\nitem 2\nitem 3\n',
    )
  })

  test('reads files that are mounted, and misses others in the words of its shell', async () => {
    const cluster = oneNode()
    await send(cluster, 'POST', '/api/v1/namespaces/default/configmaps', {
      metadata: { name: 'c' },
      data: { greeting: 'hello {you}' },
    })
    const spec = { volumes: [{ name: 'c', configMap: { name: 'c' } }], ...ONCE }
    const more = {
      command: ['sh', '-c', 'cat /etc/c/greeting; echo; cat /nope'],
      volumeMounts: [{ name: 'c', mountPath: '/etc/c' }],
    }
    await place(cluster, 'box', { image: 'busybox', ...more }, spec)
    await place(cluster, 'deb', { ...more }, spec)
    cluster.settle()

    expect(await logOf(cluster, 'box')).toBe("hello {you}\ncat: can't open '/nope': No such file or directory\n")
    expect(await logOf(cluster, 'deb')).toBe('hello {you}\ncat: /nope: No such file or directory\n')
    expect(await row(cluster, 'box')).toBe('0/1 Error 0')
  })

  test('waits for a name of the cluster, saying so, and goes on when it is there', async () => {
    const cluster = oneNode()
    const initContainers = [
      { name: 'wait', image: 'busybox', command: ['sh', '-c', 'until nslookup db; do echo waiting; sleep 2; done'] },
    ]
    await place(cluster, 'app', {}, { initContainers })
    cluster.advance('20s')
    const before = [
      await row(cluster, 'app'),
      (await logOf(cluster, 'app', '?container=wait')).includes('waiting\nwaiting\n'),
    ]
    await send(cluster, 'POST', '/api/v1/namespaces/default/services', {
      metadata: { name: 'db' },
      spec: { ports: [{ port: 5432 }] },
    })
    cluster.advance('20s')

    expect(before).toEqual(['0/1 Init:0/1 0', true])
    expect(await row(cluster, 'app')).toBe('1/1 Running 0')
  })

  test('what is no command of the simulator is taken for a server', async () => {
    const cluster = await ran('echo up && exec python app.py', {}, 'registry.example/app:1')
    cluster.advance('1h')

    expect([await row(cluster, 'app'), await logOf(cluster, 'app')]).toEqual(['1/1 Running 0', 'up\n'])
  })

  test.each([
    ['if true; then', 'sh: Syntax error: end of file unexpected\n', 2],
    ['curl http://x', 'sh: curl: not found\n', 127],
  ])('%s ends as in its shell', async (script, text, code) => {
    const cluster = await ran(script, ONCE)

    expect(await logOf(cluster, 'app')).toBe(text)
    expect((await podOf(cluster, 'app')).status.containerStatuses[0].state.terminated.exitCode).toBe(code)
  })

  test('a loop without a pause neither ends nor stops the simulator', async () => {
    const cluster = await ran('while :; do :; done')
    cluster.advance('1h')

    expect(await row(cluster, 'app')).toBe('1/1 Running 0')
  })

  test('a single command is a script of one', async () => {
    const cluster = oneNode()
    await place(cluster, 'app', { image: 'busybox', command: ['sleep', '20'] }, ONCE)
    cluster.advance('10s')
    const running = await row(cluster, 'app')
    cluster.settle()

    expect([running, await row(cluster, 'app')]).toEqual(['1/1 Running 0', '0/1 Completed 0'])
  })
})
