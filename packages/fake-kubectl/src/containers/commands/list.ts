/**
 * `ls` and `stat`: what stands in a directory, and how it looks.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { FAULTS, sizeOf } from '../file-system.ts'
import { absolute, complain, EXIT, print, type Process } from '../process.ts'
import type { Entry } from '../tree.ts'
import { options } from './options.ts'
import { each, entryOf, linkKind } from './operands.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HALF_YEAR_MS = 182 * 86_400_000 // ls shows the year of what is older

export function ls(process: Process): number {
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

export function stat(process: Process): number {
  const { values, operands } = options(process.argv, 'c:L', { format: 'c' })
  return each(process, operands, 'cannot statx', (path, { files, server }, operand) => {
    const entry = entryOf(files, path)
    const fields: Record<string, string> = {
      n: operand,
      s: shownSize(entry, false),
      a: (entry.mode & 0o7777).toString(8),
      A: modeText(entry),
      U: ownerName(entry.owner),
      u: String(entry.owner),
      Y: String(Math.floor((entry.mtimeMs + server.clock.shownOffsetMs) / 1000)),
    }
    const format = values.get('c') ?? '  File: %n\n  Size: %s\nAccess: (0%a/%A)  Uid: (%u/%U)'
    print(process, `${format.replaceAll(/%(\w)/g, (whole, letter: string) => fields[letter] ?? whole)}\n`)
  })
}
