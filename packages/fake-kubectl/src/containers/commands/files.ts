/**
 * Commands that look at files and change them.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { matchesGlob } from '../shell/expand.ts'
import { FAULTS, FileFault, sizeOf, type FileSystem } from '../file-system.ts'
import { absolute, complain, EXIT, Failure, print, type Command, type Process } from '../process.ts'
import { baseOf, link, normalize, parentOf, type Entry } from '../tree.ts'
import { options } from './options.ts'

export const FILE_COMMANDS: Readonly<Record<string, Command>> = {
  basename: ({ argv, stdout }) =>
    Number(!print({ stdout }, `${baseOf(`/${(argv[1] ?? '').replace(/\/+$/, '')}`).replace(suffixOf(argv[2]), '')}\n`)),
  chmod,
  cp,
  df,
  dirname: ({ argv, stdout }) => Number(!print({ stdout }, `${directoryName(argv[1] ?? '')}\n`)),
  du,
  find,
  ln,
  ls,
  mkdir,
  mv,
  readlink,
  rm,
  rmdir: (process) =>
    each(process, options(process.argv, 'p').operands, 'failed to remove', (path, { files }) => files.remove(path)),
  stat,
  touch,
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HALF_YEAR_MS = 182 * 86_400_000 // ls shows the year of what is older

/** Does it to each operand; what fails is told, and the rest goes on. */
function each(
  process: Process,
  operands: readonly string[],
  verb: string,
  act: (path: string, container: Process['container'], operand: string) => void,
): number {
  const name = baseOf(`/${process.argv[0]}`)
  if (operands.length === 0) throw new Failure('missing operand')
  let code: number = EXIT.ok
  for (const operand of operands) {
    try {
      act(absolute(process.cwd, operand), process.container, operand)
    } catch (fault) {
      if (!(fault instanceof FileFault)) throw fault
      complain(process, `${name}: ${verb} '${operand}': ${fault.message}`)
      code = EXIT.failure
    }
  }
  return code
}

function ls(process: Process): number {
  const { flags, operands } = options(process.argv, 'laA1hdRtrnFL', { all: 'a', color: '1' })
  const { files } = process.container
  const names = operands.length > 0 ? [...operands] : ['.']
  const isList = (name: string) => !flags.has('d') && files.isDirectory(absolute(process.cwd, name))
  let code: number = EXIT.ok
  const present = names.filter((name) => {
    const known = files.kindOf(absolute(process.cwd, name)) ?? linkKind(files, absolute(process.cwd, name))
    if (!known) complain(process, `ls: cannot access '${name}': ${FAULTS.absent}`)
    if (!known) code = EXIT.usage
    return known !== undefined
  })
  const single = present.filter((name) => !isList(name))
  const rows = single.map((name) => ({ name, path: absolute(process.cwd, name) }))
  print(process, listing(process, rows, flags))
  const lists = present
    .filter(isList)
    .flatMap((name) => (flags.has('R') ? [name, ...directoriesBelow(process, name)] : [name]))
  for (const [i, name] of lists.entries()) {
    if (lists.length + single.length > 1) print(process, `${i > 0 || single.length > 0 ? '\n' : ''}${name}:\n`)
    print(process, directoryListing(process, name, flags))
  }
  return code
}

function linkKind(files: FileSystem, path: string): Entry['kind'] | undefined {
  try {
    return files.stat(path, { last: false }).kind
  } catch (fault) {
    if (fault instanceof FileFault) return undefined
    throw fault
  }
}

function directoryListing(process: Process, name: string, flags: ReadonlySet<string>): string {
  const path = absolute(process.cwd, name)
  const { files } = process.container
  const own = flags.has('a') ? ['.', '..'] : []
  const shown = files.list(path).filter((it) => flags.has('a') || flags.has('A') || !it.startsWith('.'))
  const rows = [...own, ...shown].map((it) => ({ name: it, path: `${path}/${it}` }))
  const total = flags.has('l')
    ? `total ${rows.reduce((sum, row) => sum + Math.ceil(sizeOf([entryOf(files, row.path)]) / 4096) * 4, 0)}\n`
    : ''
  return total + listing(process, rows, flags)
}

function entryOf(files: FileSystem, path: string): Entry {
  return files.stat(path, { last: false })
}

function listing({ container }: Process, rows: { name: string; path: string }[], flags: ReadonlySet<string>): string {
  const { files } = container
  const entries = rows.map(({ name, path }) => ({ name, entry: files.stat(path, { last: flags.has('L') }) }))
  if (flags.has('t')) entries.sort((a, b) => b.entry.mtimeMs - a.entry.mtimeMs)
  if (flags.has('r')) entries.reverse()
  if (!flags.has('l')) return entries.map(({ name }) => `${name}\n`).join('')
  const size = ({ entry }: { entry: Entry }) => shownSize(entry, flags.has('h'))
  const width = Math.max(0, ...entries.map((it) => size(it).length))
  const { clock } = container.server
  return entries
    .map(({ name, entry }) => {
      const target = entry.kind === 'link' ? ` -> ${entry.target}` : ''
      const owner = ownerName(entry.owner)
      const links = entry.kind === 'directory' ? 2 : 1
      return `${modeText(entry)} ${links} ${owner} ${owner} ${size({ entry }).padStart(width)} ${shownTime(entry.mtimeMs, clock)} ${name}${target}\n`
    })
    .join('')
}

function shownSize(entry: Entry, human: boolean): string {
  const bytes = entry.kind === 'file' ? entry.bytes.length : entry.kind === 'link' ? entry.target.length : 4096
  return human ? humanBytes(bytes) : String(bytes)
}

/** Powers of 1024, rounded up: `4.0K`, `12M`. */
export function humanBytes(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T']
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024
  if (unit === 0) return String(bytes)
  return `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${units[unit]}`
}

function ownerName(user: number): string {
  return user === 0 ? 'root' : user === 65_534 ? 'nobody' : String(user)
}

/** `drwxr-xr-x` */
export function modeText({ kind, mode }: Entry): string {
  const bits = [...'rwxrwxrwx'].map((letter, i) => (mode & (0o400 >> i) ? letter : '-')).join('')
  const sticky = mode & 0o1000 ? `${bits.slice(0, 8)}${bits[8] === 'x' ? 't' : 'T'}` : bits
  return `${kind === 'directory' ? 'd' : kind === 'link' ? 'l' : '-'}${sticky}`
}

function shownTime(ms: number, clock: { now(): number; shownOffsetMs: number }): string {
  const date = new Date(ms + clock.shownOffsetMs)
  const day = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`
  if (clock.now() - ms > HALF_YEAR_MS) return `${day}  ${date.getUTCFullYear()}`
  return `${day} ${date.toISOString().slice(11, 16)}`
}

function directoriesBelow({ container, cwd }: Process, name: string): string[] {
  const { files } = container
  const path = absolute(cwd, name)
  const children = files.list(path).map((child) => `${name.replace(/\/$/, '')}/${child}`)
  const directories = children.filter((child) => entryOf(files, absolute(cwd, child)).kind === 'directory')
  return directories.flatMap((child) => [child, ...directoriesBelow({ container, cwd } as Process, child)])
}

function mkdir(process: Process): number {
  const { flags, values, operands } = options(process.argv, 'pm:v', { parents: 'p', mode: 'm' })
  const mode = Number.parseInt(values.get('m') ?? '755', 8)
  return each(process, operands, 'cannot create directory', (path, { files }) => {
    if (flags.has('p')) makeParents(files, path, mode)
    else files.makeDirectory(path, mode)
  })
}

/** @throws FileFault when something other than a directory is in the way */
export function makeParents(files: FileSystem, path: string, mode?: number): void {
  const real = normalize(path)
  if (files.isDirectory(real)) return
  makeParents(files, parentOf(real))
  files.makeDirectory(real, mode)
}

function rm(process: Process): number {
  const { flags, operands } = options(process.argv, 'rRfiv', { recursive: 'r', force: 'f' })
  if (operands.length === 0 && flags.has('f')) return EXIT.ok
  const recursive = flags.has('r') || flags.has('R')
  return each(process, operands, 'cannot remove', (path, { files }) => {
    if (flags.has('f') && !linkKind(files, path)) return
    if (normalize(path) === '/') throw new FileFault("it is dangerous to operate recursively on '/'")
    if (!recursive && entryOf(files, path).kind === 'directory') throw new FileFault(FAULTS.isDirectory)
    removeTree(files, path)
  })
}

function removeTree(files: FileSystem, path: string): void {
  if (entryOf(files, path).kind === 'directory')
    for (const child of files.list(path)) removeTree(files, `${path}/${child}`)
  files.remove(path)
}

function cp(process: Process): number {
  const { flags, operands } = options(process.argv, 'rRapfvT', { recursive: 'r', archive: 'a' })
  const recursive = ['r', 'R', 'a'].some((letter) => flags.has(letter))
  return toTarget(process, operands, 'cannot stat', (from, to, operand) => {
    const { files } = process.container
    if (files.isDirectory(from) && !recursive) throw new Failure(`-r not specified; omitting directory '${operand}'`)
    copyTree(files, from, to)
  })
}

function mv(process: Process): number {
  const { operands } = options(process.argv, 'fvn')
  return toTarget(process, operands, 'cannot stat', (from, to) => {
    copyTree(process.container.files, from, to)
    removeTree(process.container.files, from)
  })
}

/** All operands but the last go to the last; into it when it is a directory. */
function toTarget(
  process: Process,
  operands: readonly string[],
  verb: string,
  act: (from: string, to: string, operand: string) => void,
): number {
  const target = operands.at(-1)
  if (target === undefined) throw new Failure('missing file operand')
  if (operands.length < 2) throw new Failure(`missing destination file operand after '${target}'`)
  const to = absolute(process.cwd, target)
  const into = process.container.files.isDirectory(to)
  if (operands.length > 2 && !into) throw new Failure(`target '${target}' is not a directory`)
  return each(process, operands.slice(0, -1), verb, (from, _, operand) =>
    act(from, into ? `${to}/${baseOf(normalize(from))}` : to, operand),
  )
}

function copyTree(files: FileSystem, from: string, to: string): void {
  const entry = files.stat(from)
  if (entry.kind === 'directory') {
    if (!files.isDirectory(to)) files.makeDirectory(to, entry.mode)
    for (const child of files.list(from)) copyTree(files, `${from}/${child}`, `${to}/${child}`)
  } else files.write(to, files.read(from), { mode: entry.mode })
}

function touch(process: Process): number {
  const { operands } = options(process.argv, 'camd:t:')
  const { clock } = process.container.server
  return each(process, operands, 'cannot touch', (path, { files }) => {
    if (files.kindOf(path)) files.change(path, { mtimeMs: clock.now() })
    else files.write(path, new Uint8Array(0))
  })
}

function chmod(process: Process): number {
  const { flags, operands } = options(
    process.argv.map((word) => word.replace(/^-([rwx]+)$/, 'a-$1')),
    'R',
  )
  const [mode = '', ...paths] = operands
  const recursive = flags.has('R')
  const change = (files: FileSystem, path: string) => {
    const entry = files.stat(path)
    files.change(path, { mode: changedMode(entry.mode, mode) })
    if (recursive && entry.kind === 'directory') for (const child of files.list(path)) change(files, `${path}/${child}`)
  }
  return each(process, paths, 'cannot access', (path, { files }) => change(files, path))
}

/** `755`, `+x`, `u+w,o-r` */
function changedMode(mode: number, text: string): number {
  if (/^[0-7]{3,4}$/.test(text)) return Number.parseInt(text, 8)
  return text.split(',').reduce((before, clause) => {
    const [, who = '', how, letters = ''] = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause) ?? []
    if (!how) throw new Failure(`invalid mode: '${text}'`)
    const rights = [...letters].reduce((sum, letter) => sum | ({ r: 4, w: 2, x: 1, X: 1 }[letter] ?? 0), 0)
    const shifts = [...'ugo']
      .filter((it) => who === '' || who.includes('a') || who.includes(it))
      .map((it) => ({ u: 6, g: 3, o: 0 })[it]!)
    const mask = shifts.reduce((sum, shift) => sum | (rights << shift), 0)
    const cleared = shifts.reduce((sum, shift) => sum | (7 << shift), 0)
    return how === '+' ? before | mask : how === '-' ? before & ~mask : (before & ~cleared) | mask
  }, mode)
}

function ln(process: Process): number {
  const { flags, operands } = options(process.argv, 'sfn')
  const [target = '', name = baseOf(`/${target}`)] = operands
  if (!flags.has('s')) throw new Failure('hard links are not simulated; use -s')
  const { files, server } = process.container
  const given = absolute(process.cwd, name)
  const path = files.isDirectory(given) ? `${given}/${baseOf(`/${target}`)}` : given
  if (linkKind(files, path) && !flags.has('f'))
    throw new Failure(`failed to create symbolic link '${name}': ${FAULTS.exists}`)
  files.place(path, link(target, server.clock.now()))
  return EXIT.ok
}

function readlink(process: Process): number {
  const { flags, operands } = options(process.argv, 'fe')
  const { files } = process.container
  for (const name of operands) {
    const path = absolute(process.cwd, name)
    const entry = entryOf(files, path)
    if (flags.has('f') || flags.has('e')) print(process, `${files.real(path)}\n`)
    else if (entry.kind === 'link') print(process, `${entry.target}\n`)
    else return EXIT.failure
  }
  return EXIT.ok
}

function stat(process: Process): number {
  const { values, operands } = options(process.argv, 'c:L', { format: 'c' })
  return each(process, operands, 'cannot statx', (path, { files }, operand) => {
    const entry = entryOf(files, path)
    const fields: Record<string, string> = {
      n: operand,
      s: shownSize(entry, false),
      a: (entry.mode & 0o7777).toString(8),
      A: modeText(entry),
      U: ownerName(entry.owner),
      u: String(entry.owner),
      Y: String(Math.floor(entry.mtimeMs / 1000)),
    }
    const format = values.get('c') ?? '  File: %n\n  Size: %s\nAccess: (0%a/%A)  Uid: (%u/%U)'
    print(process, `${format.replaceAll(/%(\w)/g, (whole, letter: string) => fields[letter] ?? whole)}\n`)
  })
}

function df(process: Process): number {
  const { flags, operands } = options(process.argv, 'hkTaPi')
  const { files, server, pod } = process.container
  const disk = server.kubelets.get(pod.spec.nodeName ?? '')?.disk ?? { capacityBytes: 0, usedBytes: 0 }
  const asked = operands.map((name) => files.mountOf(absolute(process.cwd, name)))
  const mounts = (asked.length > 0 ? asked : files.mounts).filter(({ device }) => device !== 'proc')
  const shown = (bytes: number) => (flags.has('h') ? humanBytes(bytes) : String(Math.ceil(bytes / 1024)))
  const rows = mounts.map(({ device, path, tree, changes }) => {
    const isMemory = device === 'tmpfs'
    const used = isMemory ? sizeOf([...tree.values(), ...changes.values()]) : disk.usedBytes
    const total = isMemory ? 64 * 2 ** 20 : disk.capacityBytes
    return [
      device,
      shown(total),
      shown(used),
      shown(total - used),
      `${total ? Math.ceil((100 * used) / total) : 0}%`,
      path,
    ]
  })
  const head = [
    'Filesystem',
    flags.has('h') ? 'Size' : '1K-blocks',
    'Used',
    flags.has('h') ? 'Avail' : 'Available',
    'Use%',
    'Mounted on',
  ]
  print(process, columns([head, ...rows]))
  return EXIT.ok
}

const DF_WIDTHS = [14, 5, 5, 5, 4, 0] // GNU df's least

/** All but the first and last cell stand to the right, as df writes them. */
function columns(rows: string[][]): string {
  const widths = rows[0]!.map((_, i) => Math.max(DF_WIDTHS[i] ?? 0, ...rows.map((row) => row[i]!.length)))
  const cell = (text: string, i: number, row: string[]) =>
    i === 0 ? text.padEnd(widths[i]!) : i === row.length - 1 ? text : text.padStart(widths[i]!)
  return rows.map((row) => `${row.map(cell).join(' ')}\n`).join('')
}

function du(process: Process): number {
  const { flags, values, operands } = options(process.argv, 'shkabcd:', { 'max-depth': 'd' })
  const { files } = process.container
  const deepest = flags.has('s') ? 0 : Number(values.get('d') ?? Infinity)
  const shown = (bytes: number) =>
    flags.has('h') ? humanBytes(bytes) : flags.has('b') ? String(bytes) : String(Math.ceil(bytes / 1024))
  const measure = (path: string, name: string, depth: number): number => {
    const entry = entryOf(files, path)
    const children = entry.kind === 'directory' ? files.list(path) : []
    const below = children.reduce(
      (sum, child) => sum + measure(`${path}/${child}`, `${name === '/' ? '' : name}/${child}`, depth + 1),
      0,
    )
    const size = below + (entry.kind === 'directory' ? 4096 : Math.ceil(sizeOf([entry]) / 4096) * 4096)
    if (depth <= deepest && (depth === 0 || entry.kind === 'directory' || flags.has('a')))
      print(process, `${shown(size)}\t${name}\n`)
    return size
  }
  return each(
    process,
    operands.length > 0 ? operands : ['.'],
    'cannot access',
    (path, _, operand) => void measure(path, operand, 0),
  )
}

function find(process: Process): number {
  const words = process.argv.slice(1)
  const first = words.findIndex((word) => word.startsWith('-'))
  const roots = first < 0 ? words : words.slice(0, first)
  const tests = first < 0 ? [] : words.slice(first)
  const value = (name: string) => tests[tests.indexOf(name) + 1]
  for (const [i, word] of tests.entries())
    if (i % 2 === 0 && !['-name', '-type', '-maxdepth', '-print'].includes(word))
      throw new Failure(`unknown predicate '${word}'`)
  const { files } = process.container
  const wants = (entry: Entry, name: string) =>
    (!tests.includes('-name') || matchesGlob(value('-name') ?? '', name)) &&
    (!tests.includes('-type') || { f: 'file', d: 'directory', l: 'link' }[value('-type') ?? ''] === entry.kind)
  const visit = (path: string, name: string, depth: number) => {
    const entry = entryOf(files, path)
    if (wants(entry, baseOf(`/${name}`))) print(process, `${name}\n`)
    if (entry.kind !== 'directory' || (tests.includes('-maxdepth') && depth >= Number(value('-maxdepth')))) return
    for (const child of files.list(path)) visit(`${path}/${child}`, `${name === '/' ? '' : name}/${child}`, depth + 1)
  }
  let code: number = EXIT.ok
  for (const root of roots.length > 0 ? roots : ['.']) {
    if (linkKind(files, absolute(process.cwd, root))) visit(absolute(process.cwd, root), root, 0)
    else {
      complain(process, `find: '${root}': ${FAULTS.absent}`)
      code = EXIT.failure
    }
  }
  return code
}

function suffixOf(suffix = ''): RegExp {
  return new RegExp(`${suffix.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`)
}

function directoryName(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/')
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at)
}
