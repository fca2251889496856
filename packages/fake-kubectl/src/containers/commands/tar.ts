/**
 * `tar` as far as `kubectl cp` and people use it: create, extract and list, from and to a stream or a file.
 * Source: POSIX.1-2024, pax, ustar interchange format; GNU tar's long names.
 */
import { FAULTS, FileFault } from '../file-system.ts'
import { bytesOf, concat, readAll, textOf } from '../pipe.ts'
import { absolute, complain, EXIT, Failure, print, type Process } from '../process.ts'
import { link, normalize, type Entry } from '../tree.ts'
import { makeParents } from './change.ts'
import { options } from './options.ts'

const BLOCK = 512
const TYPES: Record<string, Entry['kind']> = { '0': 'file', '\0': 'file', '5': 'directory', '2': 'link' }

type Member = { readonly name: string; readonly entry: Entry }

export async function tar(process: Process): Promise<number> {
  const [, first = '', ...rest] = process.argv
  const argv = ['tar', first.startsWith('-') ? first : `-${first}`, ...rest]
  const { flags, values, operands } = options(argv, 'cxtvmpozf:C:', {
    create: 'c',
    extract: 'x',
    list: 't',
    file: 'f',
    directory: 'C',
    'no-same-owner': 'o',
    'no-same-permissions': 'p',
  })
  if (flags.has('z')) throw new Failure('-z: compression is not simulated', EXIT.usage)
  const cwd = values.has('C') ? absolute(process.cwd, values.get('C')!) : process.cwd
  if (values.has('C') && !process.container.files.isDirectory(cwd))
    throw new Failure(`${values.get('C')}: Cannot open: ${FAULTS.absent}`, EXIT.usage)
  const file = values.get('f') ?? '-'
  if (flags.has('c')) return create({ ...process, cwd }, operands, file, flags.has('v'))
  if (!flags.has('x') && !flags.has('t'))
    throw new Failure("You must specify one of the '-Acdtrux' options", EXIT.usage)
  const archive =
    file === '-' ? await readAll(process.stdin) : process.container.files.read(absolute(process.cwd, file))
  const members = membersOf(archive)
  if (flags.has('t')) print(process, members.map(({ name }) => `${name}\n`).join(''))
  else extract({ ...process, cwd }, members, flags)
  return EXIT.ok
}

function create(process: Process, names: readonly string[], file: string, verbose: boolean): number {
  if (names.length === 0) throw new Failure('Cowardly refusing to create an empty archive', EXIT.usage)
  let code: number = EXIT.ok
  const blocks: Uint8Array[] = []
  if (names.some((name) => name.startsWith('/'))) complain(process, "tar: Removing leading `/' from member names")
  for (const name of names) {
    try {
      for (const member of below(process, absolute(process.cwd, name), name.replace(/^\/+/, ''))) {
        blocks.push(...blocksOf(member, process.container.server.clock.shownOffsetMs))
        if (verbose) complain(process, member.name)
      }
    } catch (fault) {
      if (!(fault instanceof FileFault)) throw fault
      complain(process, `tar: ${name}: Cannot stat: ${fault.message}`)
      code = EXIT.usage
    }
  }
  const archive = concat([...blocks, new Uint8Array(2 * BLOCK)])
  if (code !== EXIT.ok) complain(process, 'tar: Exiting with failure status due to previous errors')
  if (file === '-') process.stdout.write(archive)
  else process.container.files.write(absolute(process.cwd, file), archive)
  return code
}

function below({ container }: Process, path: string, name: string): Member[] {
  const { files } = container
  const entry = files.stat(path, { last: false })
  if (entry.kind !== 'directory') return [{ name, entry }]
  const children = files
    .list(path)
    .flatMap((child) => below({ container } as Process, `${path}/${child}`, `${name.replace(/\/$/, '')}/${child}`))
  return [{ name: `${name.replace(/\/$/, '')}/`, entry }, ...children]
}

/** Times are those of the archive unless `-m` says now; an archive has the client's times. */
function extract(process: Process, members: readonly Member[], flags: ReadonlySet<string>): void {
  const { files, server } = process.container
  const { clock } = server
  for (const { name, entry } of members) {
    const mtimeMs = flags.has('m') ? clock.now() : entry.mtimeMs - clock.shownOffsetMs
    // No member may leave the directory it is extracted into.
    const path = normalize(`${process.cwd}/${normalize(`/${name}`)}`)
    if (entry.kind === 'directory') makeParents(files, path, entry.mode)
    else {
      makeParents(files, normalize(`${path}/..`))
      if (entry.kind === 'link') files.place(path, link(entry.target, mtimeMs))
      else files.write(path, entry.bytes, { mode: entry.mode })
      if (entry.kind === 'file') files.change(path, { mode: entry.mode, mtimeMs })
    }
    if (flags.has('v')) print(process, `${name}\n`)
  }
}

/** A name of more than a hundred bytes goes before its member, as GNU tar does it. */
function blocksOf({ name, entry }: Member, shownOffsetMs: number): Uint8Array[] {
  const bytes = entry.kind === 'file' ? entry.bytes : new Uint8Array(0)
  const long = bytesOf(`${name}\0`)
  const before =
    long.length > 100
      ? [header('././@LongLink', { type: 'L', size: long.length, mode: 0o644, mtimeMs: 0 }), padded(long)]
      : []
  const type = { file: '0', directory: '5', link: '2' }[entry.kind]
  const target = entry.kind === 'link' ? entry.target : ''
  return [
    ...before,
    header(name, { type, size: bytes.length, mode: entry.mode, mtimeMs: entry.mtimeMs + shownOffsetMs, target }),
    padded(bytes),
  ]
}

function header(
  name: string,
  {
    type,
    size,
    mode,
    mtimeMs,
    target = '',
  }: { type: string; size: number; mode: number; mtimeMs: number; target?: string },
): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const put = (at: number, text: string, length: number) => block.set(bytesOf(text).subarray(0, length), at)
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`
  put(0, name, 100)
  put(100, octal(mode & 0o7777, 8), 8)
  put(108, octal(0, 8), 8)
  put(116, octal(0, 8), 8)
  put(124, octal(size, 12), 12)
  put(136, octal(Math.floor(mtimeMs / 1000), 12), 12)
  put(148, '        ', 8)
  put(156, type, 1)
  put(157, target, 100)
  put(257, 'ustar\u000000', 8)
  put(265, 'root', 32)
  put(297, 'root', 32)
  put(
    148,
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    8,
  )
  return block
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK)
  whole.set(bytes)
  return whole
}

function membersOf(archive: Uint8Array): Member[] {
  const members: Member[] = []
  let longName: string | undefined
  for (let at = 0; at + BLOCK <= archive.length;) {
    const block = archive.subarray(at, at + BLOCK)
    if (block.every((byte) => byte === 0)) break
    const size = number(block, 124, 12)
    const content = archive.slice(at + BLOCK, at + BLOCK + size)
    if (!isHeader(block) || content.length < size)
      throw new Failure('This does not look like a tar archive', EXIT.usage)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const type = String.fromCharCode(block[156]!)
    if (type === 'L') longName = field(content, 0, content.length)
    else if (type === 'x') longName = /\d+ path=(.*)\n/.exec(textOf(content))?.[1] ?? longName
    const kind = TYPES[type]
    if (!kind) continue
    members.push(memberOf(longName ?? nameOf(block), kind, block, content))
    longName = undefined
  }
  return members
}

function memberOf(name: string, kind: Entry['kind'], block: Uint8Array, bytes: Uint8Array): Member {
  const common = { mode: number(block, 100, 8), owner: 0, mtimeMs: number(block, 136, 12) * 1000 }
  if (kind === 'file') return { name, entry: { ...common, kind, bytes } }
  return { name, entry: kind === 'link' ? { ...common, kind, target: field(block, 157, 100) } : { ...common, kind } }
}

function nameOf(block: Uint8Array): string {
  const prefix = field(block, 257, 5) === 'ustar' ? field(block, 345, 155) : ''
  return prefix ? `${prefix}/${field(block, 0, 100)}` : field(block, 0, 100)
}

function isHeader(block: Uint8Array): boolean {
  const sum = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0)
  return sum === number(block, 148, 8)
}

function field(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length)
  const end = bytes.indexOf(0)
  return textOf(end < 0 ? bytes : bytes.subarray(0, end))
}

function number(block: Uint8Array, at: number, length: number): number {
  return Number.parseInt(field(block, at, length).trim(), 8) || 0
}
