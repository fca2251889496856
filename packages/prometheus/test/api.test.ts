import { describe, expect, test } from 'vitest'
import { createPrometheus, exposition, NAME, parseRules, type Family, type Target } from '../src/index.ts'
import { ask, createWorld, gauge, instant, NOW_MS } from './kit.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 0, 15)

describe('the HTTP API', () => {
  const world = createWorld()

  test('tells of labels, their values and series', async () => {
    expect((await ask(world, 'labels', { 'match[]': 'kube_pod_info' })).data).toEqual([
      NAME,
      'namespace',
      'node',
      'pod',
    ])
    expect((await ask(world, 'label/node/values')).data).toEqual(['n1', 'n2'])
    expect((await ask(world, 'series', { 'match[]': 'kube_pod_info{node="n2"}' })).data).toEqual([
      { [NAME]: 'kube_pod_info', namespace: 'shop', node: 'n2', pod: 'api-2' },
    ])
  })

  test('refuses parameters that are none, and says which', async () => {
    const fault = async (path: string, parameters: Record<string, string>) => (await ask(world, path, parameters)).error
    const range = { query: 'up', start: '0', end: '100', step: '10' }

    expect(await fault('query', { query: 'up', time: 'noon' })).toBe(
      'invalid parameter "time": cannot parse "noon" to a valid timestamp',
    )
    expect(await fault('query_range', { ...range, step: '' })).toBe(
      'invalid parameter "step": cannot parse "" to a valid duration',
    )
    expect(await fault('query_range', { ...range, end: '-1' })).toBe(
      'invalid parameter "end": end timestamp must not be before start time',
    )
    expect(await fault('query_range', { ...range, step: '0.001' })).toContain(
      'exceeded maximum resolution of 11,000 points',
    )
    expect(await fault('series', {})).toBe('no match[] parameter provided')
  })

  test('reads a form as it reads an address', async () => {
    const body = new URLSearchParams({ query: 'vector(7)' })
    const response = await world.fetch(new Request('http://prometheus/api/v1/query', { method: 'POST', body }))

    expect(await response.json()).toMatchObject({ data: { result: [{ value: [NOW_MS / 1000, '7'] }] } })
  })

  test('remarks on a rate of what is no counter', async () => {
    expect(await ask(world, 'query', { query: 'sum(rate(kube_pod_info[5m]))' })).toMatchObject({
      infos: [
        'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "kube_pod_info"',
      ],
    })
  })

  test('lets a query cost time, and ends one that costs too much', async () => {
    const slept: number[] = []
    const prometheus = createPrometheus({
      now: () => START_MS,
      sleep: (ms) => {
        slept.push(ms)
        return Promise.resolve()
      },
    })
    for (let i = 0; i < 10_000; i += 1) prometheus.engine.storage.append({ [NAME]: 'many' }, START_MS - 10_000 + i, i)

    await ask(prometheus, 'query', { query: 'many' })
    await ask(prometheus, 'query', { query: 'count_over_time(many[1h])' })
    const late = await ask(prometheus, 'query', { query: 'count_over_time(many[1h])', timeout: '50ms' })

    expect(slept).toEqual([20, 120, 50])
    expect(late).toEqual({ status: 'error', errorType: 'timeout', error: 'query timed out in expression evaluation' })
  })
})

describe('a scrape', () => {
  test('ends what a target tells no more, and marks one that is down', async () => {
    let nowMs = START_MS
    const prometheus = createPrometheus({ now: () => nowMs })
    const target = (families: readonly Family[], error?: string): Target => ({
      labels: { job: 'app', instance: '10.0.0.1:80' },
      scrapeUrl: 'http://10.0.0.1:80/metrics',
      error,
      collect: () => families,
    })

    prometheus.scrape([target([gauge('a', {}, 1), gauge('b', {}, 2)])])
    nowMs += MINUTE_MS
    prometheus.scrape([target([gauge('a', {}, 3)])])
    expect(await instant(prometheus, '{job="app", __name__=~"a|b|up"}')).toEqual([
      [{ [NAME]: 'a', job: 'app', instance: '10.0.0.1:80' }, 3],
      [{ [NAME]: 'up', job: 'app', instance: '10.0.0.1:80' }, 1],
    ])

    nowMs += MINUTE_MS
    prometheus.scrape([target([gauge('a', {}, 4)], 'connection refused')])
    expect(await instant(prometheus, '{job="app", __name__=~"a|up"}')).toEqual([
      [{ [NAME]: 'up', job: 'app', instance: '10.0.0.1:80' }, 0],
    ])
    expect((await ask(prometheus, 'targets')).data).toMatchObject({
      activeTargets: [{ health: 'down', lastError: 'connection refused', scrapePool: 'app' }],
    })
  })

  test('remembers what was there before it, as far as that is known', async () => {
    const prometheus = createPrometheus({ now: () => START_MS, historyFromMs: START_MS - DAY_MS })
    const points = [
      {
        labels: { [NAME]: 'requests_total' },
        value: 86_400,
        earlier: (atMs: number) => (atMs - START_MS + DAY_MS) / 1000,
      },
    ]
    const family: Family = { name: 'requests_total', type: 'counter', help: 'x', points }
    const late: Family = {
      ...gauge('late', {}, 5),
      points: [{ labels: { [NAME]: 'late' }, value: 5, sinceMs: START_MS - 130_000 }],
    }

    prometheus.scrape([{ labels: { job: 'app' }, scrapeUrl: 'http://app/metrics', collect: () => [family, late] }])

    expect(await instant(prometheus, 'rate(requests_total[1h] offset 12h)')).toEqual([[{ job: 'app' }, 1]])
    expect(await instant(prometheus, 'count_over_time(late[1d])')).toEqual([[{ job: 'app' }, 3]])
  })

  test('is written as text in the format of Prometheus', () => {
    expect(exposition([gauge('a', { path: 'C:\\x "y"' }, 1e21)])).toBe(
      '# HELP a a\n# TYPE a gauge\na{path="C:\\\\x \\"y\\""} 1000000000000000000000\n',
    )
  })
})

describe('rules', () => {
  const RULES = `
groups:
  - name: app
    interval: 1m
    rules:
      - record: job:errors:sum
        expr: sum by (job) (errors)
      - alert: ManyErrors
        expr: job:errors:sum > 10
        for: 2m
        keep_firing_for: 1m
        labels: { severity: page }
        annotations: { summary: '{{ $labels.job }} has {{ $value | humanize }} errors' }
`
  const run = async (errors: readonly number[]) => {
    let nowMs = START_MS
    const prometheus = createPrometheus({ now: () => nowMs })
    prometheus.loadRules(parseRules(RULES, 'rules.yml'))
    for (const value of errors) {
      prometheus.engine.storage.append({ [NAME]: 'errors', job: 'api' }, nowMs, value)
      nowMs += MINUTE_MS
    }
    nowMs -= MINUTE_MS
    const { data } = await ask(prometheus, 'alerts')
    return { prometheus, alerts: (data as unknown as { alerts: unknown[] }).alerts }
  }

  test('record, and fire once their time is over', async () => {
    const { prometheus, alerts } = await run([1, 20, 20, 2000])

    expect(alerts).toEqual([
      {
        labels: { alertname: 'ManyErrors', job: 'api', severity: 'page' },
        annotations: { summary: 'api has 2k errors' },
        state: 'firing',
        activeAt: '2026-01-15T00:01:00.000Z',
        value: '2e+03',
      },
    ])
    expect(await instant(prometheus, 'job:errors:sum')).toEqual([[{ [NAME]: 'job:errors:sum', job: 'api' }, 2000]])
    expect(await instant(prometheus, 'ALERTS offset 1m')).toEqual([
      [{ [NAME]: 'ALERTS', alertname: 'ManyErrors', alertstate: 'pending', job: 'api', severity: 'page' }, 1],
    ])
  })

  test('wait, keep firing for a while, and end', async () => {
    const states = async (errors: readonly number[]) =>
      (await run(errors)).alerts.map((alert) => (alert as { state: string }).state)

    expect(await states([20, 20])).toEqual(['pending'])
    expect(await states([20, 1, 20, 20])).toEqual(['pending'])
    expect(await states([20, 20, 20, 1])).toEqual(['firing'])
    expect(await states([20, 20, 20, 1, 1])).toEqual([])
  })

  test('that are none are told by file, group and rule', () => {
    expect(() => parseRules(RULES.replace('> 10', '> '), 'rules.yml')).toThrow(
      'rules.yml, group "app", rule "ManyErrors": could not parse expression: 1:17: parse error: unexpected end of input',
    )
    expect(() => parseRules(RULES.replace('for: 2m', 'for: soon'), 'rules.yml')).toThrow(
      'not a valid duration string: "soon"',
    )
  })
})
