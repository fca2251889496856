/**
 * wget, as BusyBox has it.
 * Source: BusyBox networking/wget.c, its messages.
 */
import { absolute, complain, EXIT, Failure, type Process } from '../process.ts'
import { baseOf } from '../tree.ts'
import { addressOf, connect } from './connection.ts'
import { options, type Options } from './options.ts'

const CONNECT_TIMEOUT_S = 134 // Linux gives up a connection after some 134 seconds
const READ_TIMEOUT_S = 900 // BusyBox's own

export async function wget(process: Process): Promise<number> {
  const argv = process.argv.flatMap((word) => (/^-q[OT]/.test(word) ? ['-q', `-${word.slice(2)}`] : [word]))
  const given = options(argv, 'qcSO:T:t:Y', {
    quiet: 'q',
    timeout: 'T',
    tries: 't',
    'output-document': 'O',
    spider: 's',
    'no-check-certificate': 'c',
    'server-response': 'S',
  })
  const [text] = given.operands
  if (text === undefined) throw new Failure('missing URL')
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)
  if (!url || !/^https?:$/.test(url.protocol)) throw new Failure(`not an http or ftp url: ${text}`)
  return download(process, given, url, 0)
}

async function download(process: Process, given: Options, url: URL, redirects: number): Promise<number> {
  const response = await answer(process, given, url)
  const location = response.headers.get('location')
  if (location && response.status >= 300 && response.status < 400 && redirects < 10)
    return download(process, given, new URL(location, url), redirects + 1)
  if (response.status >= 400)
    throw new Failure(
      `server returned error: HTTP/1.1 ${response.status} ${response.statusText || REASONS[response.status] || ''}`.trimEnd(),
    )
  return saved(process, given, url, new Uint8Array(await response.arrayBuffer()))
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}

async function answer(process: Process, given: Options, url: URL): Promise<Response> {
  const { clock } = process.container.server
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const found = addressOf(process, url.hostname)
  if (found.kind !== 'found') throw new Failure(`bad address '${url.host}'`)
  const { address } = found
  if (!given.flags.has('q')) complain(process, `Connecting to ${url.host} (${address}:${port})`)
  const limitS = Number(given.values.get('T') ?? READ_TIMEOUT_S)
  const dialled = connect(process, address, port)
  if (dialled.kind === 'refused') throw new Failure(`can't connect to remote host (${address}): Connection refused`)
  if (dialled.kind === 'silent') {
    await clock.sleep(Math.min(limitS, CONNECT_TIMEOUT_S) * 1000, process.signal)
    throw new Failure(
      limitS <= CONNECT_TIMEOUT_S
        ? 'download timed out'
        : `can't connect to remote host (${address}): Connection timed out`,
    )
  }
  if ((url.protocol === 'https:') !== dialled.encrypted)
    throw new Failure(
      dialled.encrypted ? 'server returned error: HTTP/1.1 400 Bad Request' : 'TLS error from peer (alert code 70)',
    )
  return timed(process, limitS, (signal) =>
    dialled.fetch(new Request(url, { headers: { 'user-agent': 'Wget', host: url.host }, signal })),
  )
}

async function timed(
  process: Process,
  limitS: number,
  ask: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const { clock } = process.container.server
  const timeout = new AbortController()
  const cancel = clock.at(clock.now() + limitS * 1000, () => timeout.abort(), { background: true })
  try {
    return await ask(AbortSignal.any([process.signal, timeout.signal]))
  } catch (fault) {
    if (timeout.signal.aborted) throw new Failure('download timed out')
    throw fault
  } finally {
    cancel()
  }
}

function saved(process: Process, { flags, values }: Options, url: URL, body: Uint8Array): number {
  const quiet = flags.has('q')
  const name = values.get('O') ?? (baseOf(url.pathname) || 'index.html')
  if (name === '-') {
    if (!quiet) complain(process, 'writing to stdout')
    process.stdout.write(body)
  } else {
    if (!quiet) complain(process, `saving to '${name}'`)
    process.container.files.write(absolute(process.cwd, name), body)
  }
  if (quiet) return EXIT.ok
  const bar = `100% |${'*'.repeat(32)}| ${String(body.length).padStart(5)}  0:00:00 ETA`
  complain(process, `${name.padEnd(20)} ${bar}\n${name === '-' ? 'written to stdout' : `'${name}' saved`}`)
  return EXIT.ok
}
