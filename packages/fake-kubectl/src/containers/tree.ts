/**
 * A tree of files as data: absolute path → entry. A layer of changes lies over a tree that is never written, as in an
 * overlay file system; null marks what was removed.
 */

export type Entry = { readonly mode: number; readonly owner: number; readonly mtimeMs: number } & (
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory' }
  | { readonly kind: 'link'; readonly target: string }
)

export type Tree = ReadonlyMap<string, Entry>
export type Changes = Map<string, Entry | null>

export type StoredChanges = [path: string, entry: StoredEntry | null][]
type StoredEntry = { mode: number; owner: number; mtimeMs: number; bytes?: string; target?: string }

const DIRECTORY_MODE = 0o755
const FILE_MODE = 0o644

export function directory(mtimeMs: number, mode: number = DIRECTORY_MODE): Entry {
  return { kind: 'directory', mode, owner: 0, mtimeMs }
}

export function file(bytes: Uint8Array, mtimeMs: number, mode: number = FILE_MODE): Entry {
  return { kind: 'file', bytes, mode, owner: 0, mtimeMs }
}

export function link(target: string, mtimeMs: number): Entry {
  return { kind: 'link', target, mode: 0o777, owner: 0, mtimeMs }
}

/** A path without `.`, `..`, double slashes or a slash at its end; `..` of the root is the root. */
export function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`
}

export function storeChanges(changes: Changes): StoredChanges {
  return [...changes].map(([path, entry]) => [path, entry && storeEntry(entry)])
}

export function restoreChanges(stored: StoredChanges): Changes {
  return new Map(stored.map(([path, entry]) => [path, entry && restoreEntry(entry)]))
}

function storeEntry(entry: Entry): StoredEntry {
  const { mode, owner, mtimeMs } = entry
  if (entry.kind === 'file') return { mode, owner, mtimeMs, bytes: binary(entry.bytes) }
  return { mode, owner, mtimeMs, ...(entry.kind === 'link' && { target: entry.target }) }
}

function restoreEntry({ bytes, target, ...rest }: StoredEntry): Entry {
  if (bytes !== undefined) return { ...rest, kind: 'file', bytes: unbinary(bytes) }
  return target === undefined ? { ...rest, kind: 'directory' } : { ...rest, kind: 'link', target }
}

/** Base64, piece by piece: a call takes only so many arguments. */
export function binary(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(text)
}

export function unbinary(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}
