/**
 * How fast the sanitizer reads, in MB a second of UTF-16 text at one byte a unit, over the floor: one look for a few keywords
 * in the same text. And what it takes for a megabyte of the worst.
 */
import { sanitize } from '@mcp-lab/sanitizer'
import { median, type Benchmark } from './measure.ts'

type Row = { what: string; mbPerSecond: number; ratio: number; target?: string }

const FLOOR = /password|token|secret|authorization|private key/gi
const MEGABYTE = 1_000_000

export const benchmark: Benchmark = {
  about: 'MB a second of the sanitizer, and its time over one look for five keywords',
  async run({ runs }) {
    const values = records()
    const texts = values.map((value) => JSON.stringify(value))
    const lines = cleanLog()
    return [
      race('records, each a value', texts, (_text, i) => sanitize(values[i]), { runs, target: '>= 15' }),
      race('records, each a text of JSON', texts, (text) => sanitize(text), { runs }),
      race('a clean log, line by line', lines, (text) => sanitize(text), { runs, target: '>= 30' }),
      race('a clean log, whole', [lines.join('\n')], (text) => sanitize(text), { runs, target: '>= 30' }),
      worst(runs),
    ]
  },
}

function race(
  what: string,
  texts: readonly string[],
  act: (text: string, i: number) => unknown,
  { runs, target }: { runs: number; target?: string },
): Row {
  const bytes = texts.reduce((sum, { length }) => sum + length, 0)
  const [times, floors]: [number[], number[]] = [[], []]
  for (let run = -1; run < runs; run++) {
    const taken = elapsed(() => texts.forEach(act))
    const floor = elapsed(() => texts.forEach((text) => text.replace(FLOOR, '')))
    if (run < 0) continue
    times.push(taken)
    floors.push(floor)
  }
  return {
    what,
    mbPerSecond: round(bytes / MEGABYTE / (median(times) / 1000)),
    ratio: round(median(times) / median(floors)),
    ...(target && { target: `${target} MB/s` }),
  }
}

/** Texts that repeat the beginning of what rules look for, so that each look begins anew. */
function worst(runs: number): Row {
  const beginnings = [
    'password=',
    'password: ',
    '"password":"',
    'token => ',
    'secret:',
    '<secret:',
    'eyJ-',
    'eyJhbGciOiJub25l.',
    'A1b-',

    '-----BEGIN PRIVATE KEY-----',
    'kind: Secret\ndata:\n',
    'name: ',
    'curl -u ',
    'mysql -p',
    'http://a:',
    'Cookie: a=',
    'a=b; ',

    'ignore all previous ',
    '忽略',
    'пароль: ',
    'the password for ',
    '![](http://',
    '<a href=',
    '%41',
    '\\u0041',
    '" + "',
    'a b c ',
    '\u200b',
    '\x1b[',
  ]
  const taken = beginnings.map((text) => {
    const megabyte = text.repeat(Math.ceil(MEGABYTE / text.length))
    const floor = elapsed(() => megabyte.replace(FLOOR, ''))
    const times = Array.from({ length: Math.min(runs, 3) }, () => elapsed(() => sanitize(megabyte)))
    return { text, ms: median(times), floor }
  })
  const slowest = taken.toSorted((a, b) => b.ms - a.ms)[0]!
  return {
    what: `the slowest of ${beginnings.length} adversarial texts, ${JSON.stringify(slowest.text)}: ${Math.round(slowest.ms)} ms a MB`,
    mbPerSecond: round(1000 / slowest.ms),
    ratio: round(slowest.ms / slowest.floor),
    target: '<= 300 ms a MB',
  }
}

function records(): object[] {
  return Array.from({ length: 2000 }, (_, i) => ({
    metadata: {
      name: `web-7b9d5f6c8d-x${i}`,
      namespace: 'shop',
      uid: '7f9d2c1e-8a4b-4c3d-9e2f-1a2b3c4d5e6f',
      labels: { app: 'web' },
    },
    spec: {
      containers: [
        {
          name: 'web',
          image: `registry.example/shop/web@sha256:${'0a1b'.repeat(16)}`,
          env: [
            { name: 'DB_HOST', value: 'db' },
            { name: 'DB_PASSWORD', value: `s3cr3t!${i}` },
          ],
          volumeMounts: [{ name: 'kube-api-access-abcde', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
        },
      ],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], podIP: `10.244.1.${i % 250}` },
  }))
}

function cleanLog(): string[] {
  return Array.from(
    { length: 20_000 },
    (_, i) =>
      `2026-11-26T10:${String(i % 60).padStart(2, '0')}:00Z INFO handler=checkout status=200 path=/api/v1/orders/${i} took ${i % 97}ms`,
  )
}

function elapsed(act: () => void): number {
  const startedAtMs = performance.now()
  act()
  return performance.now() - startedAtMs
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
