/**
 * What git has of a folder. The kit delivers what is committed; what a person has made of it since is theirs, and nobody's
 * to judge.
 */
import { spawnSync } from 'node:child_process'

/**
 * The files that git tracks below a folder, by path within it, each with the hash of its content.
 *
 * @returns undefined when git tracks nothing there, or there is no git
 */
export function committedFiles(dir: string): ReadonlyMap<string, string> | undefined {
  const { status, stdout } = spawnSync('git', ['ls-files', '--stage', '-z', '.'], { cwd: dir, encoding: 'utf8' })
  const rows = status === 0 ? stdout.split('\0').filter((row) => row !== '') : []
  if (rows.length === 0) return undefined
  // `100644 HASH STAGE\tPATH`
  return new Map(rows.map((row) => [row.slice(row.indexOf('\t') + 1), row.split(' ')[1] ?? '']))
}
