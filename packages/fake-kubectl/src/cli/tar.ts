/**
 * Archives as `tar` in a container writes and reads them: files, folders, links.
 * Source: POSIX ustar and pax; GNU long names.
 */

export type Entry = {
  readonly name: string
  readonly type: 'file' | 'folder' | 'link'
  readonly mode: number
  readonly content: Uint8Array
  /** Where a link leads. */
  readonly target: string
}

const BLOCK = 512
const NAME_BYTES = 100
const CHECKSUM = { at: 148, length: 8 }
const TYPES = { file: '0', folder: '5', link: '2' } as const

export function tarOf(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.flatMap(packed), Buffer.alloc(2 * BLOCK)])
}

function packed(entry: Entry): Buffer[] {
  const name = entry.type === 'folder' ? `${entry.name}/` : entry.name
  const flag = TYPES[entry.type]
  const own = { flag, mode: entry.mode, size: entry.content.length, target: entry.target }
  const parts = [header({ ...own, name }), padded(entry.content)]
  if (Buffer.byteLength(name) <= NAME_BYTES) return parts
  const record = paxRecord('path', name)
  return [
    header({ name: 'PaxHeader', flag: 'x', mode: 0o644, size: record.length, target: '' }),
    padded(record),
    ...parts,
  ]
}

type Head = { name: string; flag: string; mode: number; size: number; target: string }

function header({ name, flag, mode, size, target }: Head): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0')
  block.write(name.slice(0, NAME_BYTES), 0)
  block.write(octal(mode & 0o777, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(size, 12), 124)
  block.write(octal(0, 12), 136)
  block.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length)
  block.write(flag, 156)
  block.write(target.slice(0, NAME_BYTES), 157)
  block.write('ustar\u000000', 257)
  const sum = block.reduce((so, byte) => so + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM.at)
  return block
}

function padded(content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])
}

/** Its length stands before it, and counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`
  let length = Buffer.byteLength(rest)
  while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`)
  return Buffer.from(`${length}${rest}`)
}

/** @throws Error for an archive that ends early */
export function* entriesOf(archive: Uint8Array): Generator<Entry> {
  const bytes = Buffer.from(archive)
  let longName: string | undefined
  let at = 0
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    const block = bytes.subarray(at, at + BLOCK)
    const text = (from: number, length: number): string => block.toString('utf8', from, from + length).split('\0')[0]!
    const size = Number.parseInt(text(124, 12).trim() || '0', 8)
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size)
    if (content.length < size) throw new Error('unexpected EOF')
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const flag = text(156, 1) || '0'
    if (flag === 'L') longName = content.toString().replace(/\0.*$/s, '')
    else if (flag === 'x') longName = /^\d+ path=(.*)$/m.exec(content.toString())?.[1] ?? longName
    else if (flag !== 'g') {
      const prefix = text(345, 155)
      const name = longName ?? (prefix === '' ? text(0, NAME_BYTES) : `${prefix}/${text(0, NAME_BYTES)}`)
      const type = flag === TYPES.folder ? 'folder' : flag === TYPES.link ? 'link' : 'file'
      yield { name, type, mode: Number.parseInt(text(100, 8).trim() || '0', 8), content, target: text(157, NAME_BYTES) }
      longName = undefined
    }
  }
}
