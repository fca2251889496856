/**
 * `df` and `du`: the disk of the machine, and what files take of it.
 * Source: POSIX.1-2024 Utilities; messages of GNU coreutils.
 */
import { sizeOf } from '../file-system.ts'
import { absolute, EXIT, print, type Process } from '../process.ts'
import { humanBytes } from './list.ts'
import { options } from './options.ts'
import { each, entryOf } from './operands.ts'

export function df(process: Process): number {
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

export function du(process: Process): number {
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
