import { describe, expect, test } from 'vitest'
import { NAME, parse } from '../src/index.ts'
import { ask, createWorld, instant, NOW_MS } from './kit.ts'
import { QUERIES } from './queries.ts'

const world = createWorld()

describe('a query', () => {
  test('takes a rate over what a counter lost when it began anew', async () => {
    expect(await instant(world, 'round(sum by (pod) (increase(http_requests_total{code="200"}[1h])), 1)')).toEqual([
      [{ pod: 'api-1' }, 7198],
      [{ pod: 'api-2' }, 7168],
    ])
  })

  test('sees no series that ended, and none that was seen five minutes ago', async () => {
    const { storage } = world.engine
    storage.append({ [NAME]: 'left', pod: 'a' }, NOW_MS - 20_000, 1)
    storage.end({ [NAME]: 'left', pod: 'a' }, NOW_MS - 10_000)

    expect(await instant(world, 'left')).toEqual([])
    expect(await instant(world, 'left offset 15s')).toEqual([[{ [NAME]: 'left', pod: 'a' }, 1]])
    expect(await instant(world, 'gone')).toEqual([])
    expect(await instant(world, 'gone offset 29m')).toEqual([[{ [NAME]: 'gone', pod: 'x' }, 119]])
  })

  test('gives offset and range to what stands right before them', () => {
    expect(parse('a / b offset 5m')).toMatchObject({
      kind: 'binary',
      left: { offsetMs: 0 },
      right: { offsetMs: 300_000 },
    })
    expect(parse('-a offset 5m')).toMatchObject({ kind: 'unary', expr: { kind: 'vector', offsetMs: 300_000 } })
  })

  test('counts what it reads', async () => {
    const { data } = await ask(world, 'query', { query: 'http_requests_total[10m]', stats: 'all' })

    expect(data).toMatchObject({ stats: { samples: { totalQueryableSamples: 4 * 40 } } })
  })

  test('of each function there is means something', async () => {
    const answers = await Promise.all(QUERIES.map((query) => ask(world, 'query', { query })))

    expect(answers.map(({ errorType }) => errorType).filter((kind) => kind === 'internal')).toEqual([])
  })
})

describe('a query that is none', () => {
  for (const [query, message] of [
    ['', '1:1: parse error: no expression found in input'],
    ['sum(up', '1:7: parse error: unexpected end of input'],
    ['up[', '1:4: parse error: unexpected end of input'],
    ['up +\n) 1', '2:1: parse error: unexpected ")"'],
    ['rte(up[5m])', '1:1: parse error: unknown function with name "rte"'],
    ['rate(up)', '1:1: parse error: expected type range vector in call to function "rate", got instant vector'],
    ['rate(up[5m], 1)', '1:1: parse error: expected 1 argument(s) in call to "rate", got 2'],
    ['1 > 2', '1:1: parse error: comparisons between scalars must use BOOL modifier'],
    ['up and 1', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ['up{job=~"("}', '1:4: parse error: error parsing regexp: "("'],
    ['{job=~".*"}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['up{job="a\\q"}', "1:8: parse error: unknown escape sequence U+0071 'q'"],
    ['sum(up)[5m]', '1:1: parse error: ranges only allowed for vector selectors'],
  ] as const) {
    test(`is told so: ${JSON.stringify(query)}`, async () => {
      expect(await ask(world, 'query', { query })).toEqual({
        status: 'error',
        errorType: 'bad_data',
        error: `invalid parameter "query": ${message}`,
      })
    })
  }

  test('for its series is told which they are', async () => {
    const { errorType, error } = await ask(world, 'query', {
      query: 'kube_pod_info{namespace="shop"} * on(namespace) http_requests_total',
    })

    expect([errorType, error]).toEqual([
      'execution',
      'found duplicate series for the match group {} on the right hand-side of the operation: ' +
        '[http_requests_total{code="200", job="api", pod="api-2"}, http_requests_total{code="200", job="api", pod="api-1"}];' +
        'many-to-many matching not allowed: matching labels must be unique on one side',
    ])
  })
})
