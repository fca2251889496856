/**
 * `kubectl cp`: files to and from containers, by the `tar` in them. Source: kubectl/pkg/cmd/cp.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { converse } from '../channels.ts'
import type { Command, Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault } from '../errors.ts'
import { entriesOf, tarOf, type Entry } from '../tar.ts'
import type { Wire } from '../wire.ts'
import { containerMeant } from './exec.ts'

const FORMAT = 'filespec must match the canonical format: [[namespace/]pod:]file/path'
const PODS = { group: '', version: 'v1', plural: 'pods', namespaced: true }

/** `namespace` is '' where none is written. */
type Place = { readonly pod: string; readonly namespace: string; readonly file: string }

export const cp: Command = {
  name: 'cp',
  short: 'Copy files and directories to and from containers',
  usage: '<file-spec-src> <file-spec-dest>',
  flags: [
    ['container', 'c', 'string', '', 'The container.'],
    ['no-preserve', '', 'bool', 'false', 'Do not keep owners and permissions.'],
    ['retries', '', 'int', '0', 'Taken and not used.'],
  ],
  async run(context) {
    const { args } = context
    if (args.length !== 2) throw new CliFault('source and destination are required')
    const [from, to] = args.map(placeOf) as [Place, Place]
    if (from.pod !== '' && to.pod !== '') throw new CliFault('one of src or dest must be a local file specification')
    if (from.file === '' || to.file === '') throw new CliFault('filepath can not be empty')
    if (from.pod !== '') return fromPod(context, from, to.file)
    if (to.pod !== '') return intoPod(context, from.file, to)
    throw new CliFault('one of src or dest must be a remote file specification')
  },
}

/** `FILE`, `POD:FILE` or `NAMESPACE/POD:FILE`. Windows' `C:\…` is no pod. */
function placeOf(text: string): Place {
  const at = text.indexOf(':')
  if (at === 0) throw new CliFault(FORMAT)
  if (at < 0 || (path.sep === '\\' && /^[a-z]:[\\/]/i.test(text))) return { pod: '', namespace: '', file: text }
  const pieces = text.slice(0, at).split('/')
  if (pieces.length > 2) throw new CliFault(FORMAT)
  const [namespace, pod] = pieces.length === 2 ? pieces : ['', pieces[0]]
  const file = text.slice(at + 1).replaceAll('\\', '/')
  return { pod: pod!, namespace: namespace!, file: file === '/' ? file : file.replace(/\/$/, '') }
}

type Ran = { command: readonly string[]; input?: Uint8Array; stderr(text: string): void }

/** Runs a command in the pod. @returns what it printed */
async function inPod(
  context: Context,
  { namespace, pod: name }: Place,
  { command, input, stderr }: Ran,
): Promise<Buffer> {
  const pod: Wire = await context.client.json(
    'GET',
    pathOf(PODS, { namespace: namespace || context.connection.namespace, name }),
  )
  if (['Succeeded', 'Failed'].includes(pod.status?.phase)) {
    throw new CliFault(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`)
  }
  const chunks: Uint8Array[] = []
  const sink = {
    stdout: (bytes: Uint8Array) => void chunks.push(bytes),
    stderr: (bytes: Uint8Array) => stderr(Buffer.from(bytes).toString()),
    ...(input && { input: inPieces(input) }),
  }
  const session = { container: containerMeant(context, pod, false), command, stdin: input !== undefined, tty: false }
  await converse(context, pod, session, sink)
  return Buffer.concat(chunks)
}

const PIECE_BYTES = 2 ** 15

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}

async function intoPod(context: Context, file: string, to: Place): Promise<void> {
  const { ports, flags } = context
  const local = path.resolve(ports.cwd, file)
  if (!existsSync(local)) throw new CliFault(`${file} doesn't exist in local filesystem`)
  const isFolder = await inPod(silent(context), to, { command: ['test', '-d', to.file], stderr: () => undefined }).then(
    () => true,
    () => false,
  )
  const target = isFolder ? path.posix.join(to.file, path.basename(local)) : path.posix.normalize(to.file)
  const preserve = flags.on('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : []
  const command = ['tar', ...preserve, '-xmf', '-', '-C', path.posix.dirname(target)]
  const input = tarOf([...entriesBelow(local, path.posix.basename(target))])
  context.out((await inPod(context, to, { command, input, stderr: context.err })).toString())
}

/** Which container it is has to be told once. */
function silent(context: Context): Context {
  return { ...contextParts(context), err: () => undefined }
}

/** The getters of a context, asked. */
function contextParts(context: Context): Context {
  const { path: command, flags, args, dashAt, ports, connection, client, discovery, socket, out, err } = context
  return { path: command, flags, args, dashAt, ports, connection, client, discovery, socket, out, err }
}

function* entriesBelow(file: string, name: string): Generator<Entry> {
  const stat = lstatSync(file)
  const entry = { name, mode: stat.mode, content: Buffer.alloc(0), target: '' }
  if (stat.isSymbolicLink()) yield { ...entry, type: 'link', target: readlinkSync(file) }
  else if (!stat.isDirectory()) yield { ...entry, type: 'file', content: readFileSync(file) }
  else {
    const names = readdirSync(file).sort()
    if (names.length === 0) yield { ...entry, type: 'folder' }
    for (const each of names) yield* entriesBelow(path.join(file, each), `${name}/${each}`)
  }
}

async function fromPod(context: Context, from: Place, to: string): Promise<void> {
  const archive = await inPod(context, from, { command: ['tar', 'cf', '-', from.file], stderr: context.out })
  const prefix = withoutShortcuts(path.posix.normalize(from.file.replace(/^\//, '')))
  const into = path.resolve(context.ports.cwd, to)
  let isTold = false
  for (const { name, type, content, target } of entriesOf(archive)) {
    if (!name.startsWith(prefix)) throw new CliFault('tar contents corrupted')
    const rest = name.slice(prefix.length).replace(/\/$/, '')
    const file = path.join(into, rest)
    const shown = path.join(to, rest)
    if (!isInside(into, file)) {
      context.err(`warning: file ${JSON.stringify(shown)} is outside target destination, skipping\n`)
      continue
    }
    mkdirSync(type === 'folder' ? file : path.dirname(file), { recursive: true })
    if (type === 'file') writeFileSync(file, content)
    if (type !== 'link') continue
    const how = ` (consider using "kubectl exec -n ${JSON.stringify(from.namespace)} ${JSON.stringify(from.pod)} -- tar cf - ${JSON.stringify(from.file)} | tar xf -")`
    context.err(
      `warning: skipping symlink: ${JSON.stringify(shown)} -> ${JSON.stringify(target)}${isTold ? '' : how}\n`,
    )
    isTold = true
  }
}

function withoutShortcuts(file: string): string {
  const found = file.replace(/^(\.\.\/)+/, '')
  return found === '.' || found === '..' ? '' : found.replace(/^\//, '')
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file)
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative))
}
