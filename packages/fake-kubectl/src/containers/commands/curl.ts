/**
 * curl: HTTP to whatever answers in the cluster, with its own words and exit codes for what does not.
 * Source: curl(1), "Exit codes"; messages of curl 8.
 */
import { readAll, textOf } from '../pipe.ts'
import { absolute, complain, EXIT, Failure, print, type Process } from '../process.ts'
import { addressOf, connect } from './connection.ts'
import { options, type Options } from './options.ts'

const LONG = {
  silent: 's',
  'show-error': 'S',
  fail: 'f',
  include: 'i',
  head: 'I',
  insecure: 'k',
  location: 'L',
  output: 'o',
  request: 'X',
  data: 'd',
  'data-raw': 'd',
  header: 'H',
  'max-time': 'm',
  'connect-timeout': 'c',
  'write-out': 'w',
  cacert: 'E',
  verbose: 'v',
  user: 'u',
  get: 'G',
}
const CONNECT_TIMEOUT_S = 134 // Linux gives up a connection after some 134 seconds
const CODES = { url: 3, resolve: 6, connect: 7, status: 22, timeout: 28, tls: 35, certificate: 60 }

type Reply = { readonly response: Response; readonly body: Uint8Array; readonly request: Request }

export async function curl(process: Process): Promise<number> {
  const headers: string[] = []
  // Headers may come several times; options() keeps the last of each.
  for (const [i, word] of process.argv.entries())
    if (word === '-H' || word === '--header') headers.push(process.argv[i + 1] ?? '')
  const given = options(process.argv, 'sSfiIkLvGo:X:d:H:m:c:w:E:u:', LONG)
  if (given.operands.length === 0) throw new Failure('(2) no URL specified', 2)
  let code: number = EXIT.ok
  for (const url of given.operands) code = await fetched(process, given, headers, url)
  return code
}

async function fetched(process: Process, given: Options, headers: readonly string[], text: string): Promise<number> {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)
  if (!url) return fail(process, given, CODES.url, 'URL rejected: Malformed input to a URL function')
  if (!/^https?:$/.test(url.protocol))
    return fail(process, given, 1, `Protocol "${url.protocol.slice(0, -1)}" not supported`)
  const reply = await exchange(process, given, headers, url)
  if (typeof reply === 'number') return reply
  const location = reply.response.headers.get('location')
  if (given.flags.has('L') && location && reply.response.status >= 300 && reply.response.status < 400)
    return fetched(process, given, headers, new URL(location, url).href)
  return shown(process, given, reply)
}

/** @returns an exit code when nothing came back */
async function exchange(
  process: Process,
  given: Options,
  headers: readonly string[],
  url: URL,
): Promise<Reply | number> {
  const { clock } = process.container.server
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const limitS = Number(given.values.get('c') ?? given.values.get('m') ?? CONNECT_TIMEOUT_S)
  const found = addressOf(process, url.hostname)
  if (found.kind !== 'found') {
    if (found.kind === 'silent') await clock.sleep(Math.min(limitS, 10) * 1000, process.signal)
    return fail(process, given, CODES.resolve, `Could not resolve host: ${url.hostname}`)
  }
  const dialled = connect(process, found.address, port)
  const target = `Failed to connect to ${url.hostname} port ${port} after`
  if (dialled.kind === 'refused')
    return fail(process, given, CODES.connect, `${target} 0 ms: Could not connect to server`)
  if (dialled.kind === 'silent') {
    await clock.sleep(limitS * 1000, process.signal)
    const limited = given.values.has('c') || given.values.has('m')
    return fail(
      process,
      given,
      CODES.timeout,
      limited
        ? `Connection timed out after ${limitS * 1000} milliseconds`
        : `${target} ${limitS * 1000} ms: Could not connect to server`,
    )
  }
  const fault = tlsFault(given, url, dialled.encrypted)
  if (fault) return fail(process, given, ...fault)
  const request = await requestOf(process, given, headers, url)
  return answer(process, given, request, dialled.fetch)
}

/** The API server speaks TLS with an authority of the cluster's own; everything else in the cluster speaks plain HTTP. */
function tlsFault(
  { flags, values }: Options,
  { protocol }: URL,
  encrypted: boolean,
): [code: number, why: string] | undefined {
  if (protocol !== 'https:') return undefined
  if (!encrypted) return [CODES.tls, 'TLS connect error: error:0A00010B:SSL routines::wrong version number']
  if (flags.has('k') || values.has('E')) return undefined
  return [CODES.certificate, 'SSL certificate problem: unable to get local issuer certificate']
}

async function requestOf(
  process: Process,
  { flags, values }: Options,
  lines: readonly string[],
  url: URL,
): Promise<Request> {
  const data = values.get('d')
  const body = data?.startsWith('@') ? await dataFile(process, data.slice(1)) : data
  const method = values.get('X') ?? (flags.has('I') ? 'HEAD' : body === undefined || flags.has('G') ? 'GET' : 'POST')
  const headers = new Headers({ 'user-agent': 'curl/8.14.1', accept: '*/*', host: url.host })
  if (body !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded')
  if (values.has('u')) headers.set('authorization', `Basic ${btoa(values.get('u')!)}`)
  for (const line of lines) {
    const [name = '', value = ''] = line.split(/:(.*)/s)
    if (name.trim() !== '') headers.set(name.trim(), value.trim())
  }
  const sends = body !== undefined && method !== 'GET' && method !== 'HEAD'
  return new Request(url, { method, headers, signal: process.signal, ...(sends && { body }) })
}

async function dataFile(process: Process, name: string): Promise<string> {
  const bytes = name === '-' ? await readAll(process.stdin) : process.container.files.read(absolute(process.cwd, name))
  return textOf(bytes).replaceAll(/[\r\n]/g, '')
}

async function answer(
  process: Process,
  given: Options,
  request: Request,
  fetch: (request: Request) => Promise<Response>,
): Promise<Reply | number> {
  const { clock } = process.container.server
  const limitS = Number(given.values.get('m') ?? Infinity)
  const timeout = new AbortController()
  const cancel = Number.isFinite(limitS) ? clock.at(clock.now() + limitS * 1000, () => timeout.abort()) : () => {}
  try {
    const limited = new Request(request, { signal: AbortSignal.any([process.signal, timeout.signal]) })
    const response = await fetch(limited)
    return { response, request, body: new Uint8Array(await response.arrayBuffer()) }
  } catch (fault) {
    if (!timeout.signal.aborted) throw fault
    return fail(
      process,
      given,
      CODES.timeout,
      `Operation timed out after ${limitS * 1000} milliseconds with 0 bytes received`,
    )
  } finally {
    cancel()
  }
}

function shown(process: Process, given: Options, { response, body, request }: Reply): number {
  const { flags, values } = given
  const failed = flags.has('f') && response.status >= 400
  if (!failed) {
    if (flags.has('i') || flags.has('I')) print(process, `${headText(response)}\r\n\r\n`)
    const file = values.get('o')
    if (file === undefined) process.stdout.write(body)
    else process.container.files.write(absolute(process.cwd, file), body)
  }
  const format = values.get('w')
  if (format !== undefined) print(process, written(format, response, body, request))
  return failed ? fail(process, given, CODES.status, `The requested URL returned error: ${response.status}`) : EXIT.ok
}

function headText(response: Response): string {
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${response.status} ${response.statusText}`.trimEnd(), ...lines].join('\r\n')
}

function written(format: string, response: Response, body: Uint8Array, { url }: Request): string {
  const values: Record<string, string> = {
    http_code: String(response.status).padStart(3, '0'),
    response_code: String(response.status),
    size_download: String(body.length),
    content_type: response.headers.get('content-type') ?? '',
    url_effective: url,
    time_total: '0.000000',
  }
  return format.replaceAll(/%\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole).replaceAll('\\n', '\n')
}

/** Silent means silent, unless errors are asked for. */
function fail(process: Process, { flags, values }: Options, code: number, why: string): number {
  if (values.has('w') && code !== CODES.status)
    print(process, values.get('w')!.replaceAll('%{http_code}', '000').replaceAll('\\n', '\n'))
  if (!flags.has('s') || flags.has('S')) complain(process, `curl: (${code}) ${why}`)
  return code
}
