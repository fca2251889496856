/**
 * The files a container sees: its image, the changes made since it started, and what is mounted over them. Paths are
 * absolute; faults are Linux' own, by their words.
 * Source: errno(3), path_resolution(7); owners and modes as far as they decide who may write.
 */
import { baseOf, directory, file, join, normalize, parentOf, type Changes, type Entry, type Tree } from './tree.ts'

export type Mount = {
  readonly path: string
  readonly tree: Tree
  readonly changes: Changes
  readonly readOnly: boolean
  /** Where in the tree the mount begins: subPath. */
  readonly root: string
  /** As /proc/mounts and df show it: `overlay`, `tmpfs`, `/dev/sda1`. */
  readonly device: string
}

/** A fault of the file system, in Linux' words. */
export class FileFault extends Error {
  override readonly name = 'FileFault'
}

export const FAULTS = {
  absent: 'No such file or directory',
  notDirectory: 'Not a directory',
  isDirectory: 'Is a directory',
  denied: 'Permission denied',
  readOnly: 'Read-only file system',
  exists: 'File exists',
  notEmpty: 'Directory not empty',
  full: 'No space left on device',
  busy: 'Device or resource busy',
  loop: 'Too many levels of symbolic links',
} as const

/** All that may be written to one mount: a container is no place for gigabytes. */
const MOUNT_LIMIT_BYTES = 64 * 2 ** 20
const MAX_LINKS = 40 // Linux' own limit, path_resolution(7)

type Place = { readonly mount: Mount; readonly inner: string }

export class FileSystem {
  readonly mounts: readonly Mount[]
  readonly user: number
  readonly #now: () => number

  constructor(mounts: readonly Mount[], user: number, now: () => number) {
    this.mounts = [...mounts].sort((a, b) => a.path.length - b.path.length)
    this.user = user
    this.#now = now
  }

  find(path: string): Entry | undefined {
    const { mount, inner } = this.#place(normalize(path))
    const changed = mount.changes.get(inner)
    return changed === undefined ? mount.tree.get(inner) : (changed ?? undefined)
  }

  /** Where a path leads when its links are followed; the last part may be absent. @throws FileFault */
  real(path: string, { last = true }: { last?: boolean } = {}): string {
    let resolved = '/'
    const left = normalize(path).split('/').filter(Boolean)
    for (let links = 0; left.length > 0;) {
      const next = join(resolved, left.shift()!)
      const entry = this.find(next)
      if (entry?.kind === 'link' && (left.length > 0 || last)) {
        if (++links > MAX_LINKS) throw new FileFault(FAULTS.loop)
        const target = entry.target.startsWith('/') ? entry.target : join(resolved, entry.target)
        left.unshift(...normalize(target).split('/').filter(Boolean))
        resolved = '/'
        continue
      }
      if (left.length > 0 && entry?.kind !== 'directory')
        throw new FileFault(entry ? FAULTS.notDirectory : FAULTS.absent)
      resolved = next
    }
    return resolved
  }

  /** @throws FileFault */
  stat(path: string, options: { last?: boolean } = {}): Entry {
    const entry = this.find(this.real(path, options))
    if (entry) return entry
    throw new FileFault(FAULTS.absent)
  }

  isDirectory(path: string): boolean {
    return this.kindOf(path) === 'directory'
  }

  /** What a path leads to; undefined when there is nothing. */
  kindOf(path: string): Entry['kind'] | undefined {
    try {
      return this.stat(path).kind
    } catch (fault) {
      if (fault instanceof FileFault) return undefined
      throw fault
    }
  }

  read(path: string): Uint8Array {
    const entry = this.stat(path)
    if (entry.kind !== 'file') throw new FileFault(FAULTS.isDirectory)
    if (!this.#may(entry, 4)) throw new FileFault(FAULTS.denied)
    return entry.bytes
  }

  /** Names in a directory, sorted. */
  list(path: string): string[] {
    const real = this.real(path)
    if (this.stat(real).kind !== 'directory') throw new FileFault(FAULTS.notDirectory)
    const { mount, inner } = this.#place(real)
    const paths = [...mount.tree.keys(), ...mount.changes.keys()].filter(
      (it) => it !== '/' && parentOf(it) === inner && mount.changes.get(it) !== null,
    )
    const mounted = this.mounts.filter((it) => it.path !== '/' && parentOf(it.path) === real)
    return [...new Set([...paths, ...mounted.map((it) => it.path)].map(baseOf))].sort()
  }

  write(path: string, bytes: Uint8Array, { append = false, mode = 0o644 } = {}): void {
    const real = this.real(path)
    if (real === '/dev/null') return
    const previous = this.find(real)
    if (previous?.kind === 'directory') throw new FileFault(FAULTS.isDirectory)
    if (previous) this.#mayChange(real, previous)
    else this.#mayChange(real, this.#directoryOf(real))
    const before = append && previous?.kind === 'file' ? previous.bytes : new Uint8Array(0)
    const whole = appended(before, bytes)
    this.#put(real, { ...file(whole, this.#now(), previous?.mode ?? mode), owner: previous?.owner ?? this.user })
  }

  makeDirectory(path: string, mode?: number): void {
    const real = this.real(path)
    if (this.find(real)) throw new FileFault(FAULTS.exists)
    this.#mayChange(real, this.#directoryOf(real))
    this.#put(real, { ...directory(this.#now(), mode), owner: this.user })
  }

  /** Puts any entry where none of the kind stands, or over a file. */
  place(path: string, entry: Entry): void {
    const real = this.real(path, { last: false })
    if (this.find(real)?.kind === 'directory') throw new FileFault(FAULTS.exists)
    this.#mayChange(real, this.#directoryOf(real))
    this.#put(real, { ...entry, owner: this.user })
  }

  change(path: string, change: Partial<Pick<Entry, 'mode' | 'mtimeMs'>>): void {
    const real = this.real(path)
    const entry = this.stat(real)
    this.#mayChange(real, entry)
    this.#put(real, { ...entry, ...change })
  }

  /** Removes a file or an empty directory. */
  remove(path: string): void {
    const real = this.real(path, { last: false })
    const entry = this.stat(real, { last: false })
    if (this.mounts.some((mount) => mount.path === real)) throw new FileFault(FAULTS.busy)
    if (entry.kind === 'directory' && this.list(real).length > 0) throw new FileFault(FAULTS.notEmpty)
    this.#mayChange(real, this.#directoryOf(real))
    const { mount, inner } = this.#place(real)
    if (mount.tree.has(inner)) mount.changes.set(inner, null)
    else mount.changes.delete(inner)
  }

  /** The mount that holds a path. */
  mountOf(path: string): Mount {
    return this.#place(this.real(path)).mount
  }

  #directoryOf(real: string): Entry {
    const entry = this.find(parentOf(real))
    if (!entry) throw new FileFault(FAULTS.absent)
    if (entry.kind !== 'directory') throw new FileFault(FAULTS.notDirectory)
    return entry
  }

  #mayChange(real: string, entry: Entry): void {
    if (this.#place(real).mount.readOnly) throw new FileFault(FAULTS.readOnly)
    if (!this.#may(entry, 2)) throw new FileFault(FAULTS.denied)
  }

  /** @param right 4 to read, 2 to write */
  #may({ mode, owner }: Entry, right: 2 | 4): boolean {
    if (this.user === 0) return true
    return (mode & (owner === this.user ? right << 6 : right)) !== 0
  }

  #put(real: string, entry: Entry): void {
    const { mount, inner } = this.#place(real)
    const others = [...mount.changes].filter(([path]) => path !== inner).map(([, it]) => it)
    if (sizeOf([...others, entry]) > MOUNT_LIMIT_BYTES) throw new FileFault(FAULTS.full)
    mount.changes.set(inner, entry)
  }

  #place(path: string): Place {
    const mount = this.mounts.findLast((it) => it.path === '/' || it.path === path || path.startsWith(`${it.path}/`))!
    const below = mount.path === '/' ? path : path.slice(mount.path.length) || '/'
    return { mount, inner: mount.root === '/' ? below : normalize(mount.root + below) }
  }
}

/** In a buffer with room to grow, so that many small writes cost no more than one large one. */
function appended(before: Uint8Array, more: Uint8Array): Uint8Array {
  const length = before.length + more.length
  const hasRoom = before.length > 0 && before.byteOffset === 0 && before.buffer.byteLength >= length
  const room = hasRoom ? new Uint8Array(before.buffer) : new Uint8Array(before.length > 0 ? 2 * length : length)
  if (!hasRoom) room.set(before)
  room.set(more, before.length)
  return room.subarray(0, length)
}

export function sizeOf(entries: readonly (Entry | null)[]): number {
  return entries.reduce((sum, entry) => sum + (entry?.kind === 'file' ? entry.bytes.length : 0), 0)
}
