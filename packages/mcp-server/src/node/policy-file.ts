/**
 * A policy in a file, read again when the file has changed: whoever may do less from now on need not wait for a restart. A
 * file that cannot be read, or is no policy, changes nothing: the last good one stays in force, and somebody is told.
 */
import { readFileSync, statSync } from 'node:fs'
import { parsePolicy, type Policy } from '@mcp-lab/rbac'

export type PolicyFileOptions = {
  /** Told once of each change that took effect. */
  readonly onReload?: () => void
  /** Told once of each change that did not; a PolicyError says where in the file. */
  readonly onRefused?: (fault: unknown) => void
}

/**
 * Opens a policy file.
 *
 * @returns the policy that is in force now; each call looks at the file
 * @throws  PolicyError, or the file system's error, when the file is no policy to begin with
 */
export function policyFile(file: string, { onReload, onRefused }: PolicyFileOptions = {}): () => Policy {
  let seen = versionOf(file)
  let policy = read(file)
  return () => {
    const version = versionOf(file)
    if (version === seen) return policy
    seen = version
    try {
      policy = read(file)
      onReload?.()
    } catch (fault) {
      onRefused?.(fault)
    }
    return policy
  }
}

function read(file: string): Policy {
  return parsePolicy(readFileSync(file, 'utf8'), { file })
}

/** Editors replace a file or write into it; either shows. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stats === undefined ? 'gone' : [stats.ino, stats.mtimeNs, stats.size].join(' ')
}
