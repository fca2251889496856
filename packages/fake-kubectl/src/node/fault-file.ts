/**
 * Faults as a file has them, for a cluster that is served: YAML, a list of what `cluster.faults` takes. The file is read
 * again when it has changed, before the next request; what cannot be read changes nothing.
 */
import { readFileSync, statSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Fault } from '../apiserver/faults.ts'
import type { Cluster } from '../cluster.ts'

/**
 * Puts the faults of a file into a cluster.
 *
 * @param onFault told what is wrong with a file that was changed to something unreadable
 * @returns       brings the cluster's faults up to date; for `listen`'s `beforeEach`
 * @throws        RangeError when the file cannot be read now
 */
export function faultsFromFile(
  cluster: Pick<Cluster, 'faults'>,
  file: string,
  onFault: (message: string) => void,
): () => void {
  let version = versionOf(file)
  replace(cluster, parseFaults(read(file), file))
  return () => {
    const now = versionOf(file)
    if (now === version) return
    version = now
    try {
      replace(cluster, parseFaults(read(file), file))
    } catch (fault) {
      onFault(`${(fault as Error).message}; the faults stay as they were`)
    }
  }
}

/** @throws RangeError saying which fault, which field, and what was expected */
export function parseFaults(text: string, source: string): Fault[] {
  const result = Faults.safeParse(parsed(text, source) ?? [])
  if (result.success) return result.data as Fault[]
  throw new RangeError(`${source}: ${z.prettifyError(result.error).replaceAll('\n', ' ')}`)
}

const Count = z.number().int().min(0)

const Effect = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('delay'), delayMs: z.number().min(0) }),
    z.strictObject({
      kind: z.literal('error'),
      code: z.number().int().min(400).max(599),
      reason: z.string(),
      message: z.string(),
      retryAfterSeconds: Count.optional(),
    }),
    z.strictObject({ kind: z.literal('busy'), retryAfterSeconds: Count }),
    z.strictObject({ kind: z.literal('drop') }),
    z.strictObject({ kind: z.literal('truncate'), afterEvents: Count.min(1), how: z.enum(['cut', 'expired']) }),
    z.strictObject({ kind: z.literal('slow'), bytesPerSecond: z.number().positive() }),
  ],
  'expected an effect of kind delay, error, busy, drop, truncate or slow',
)

const CONDITIONS = ['verb', 'apiGroup', 'resource', 'subresource', 'namespace', 'name', 'user', 'userAgent'] as const

const Faults = z.array(
  z.strictObject({
    when: z.partialRecord(z.enum(CONDITIONS), z.string()),
    effect: Effect,
    times: Count.optional(),
    probability: z.number().min(0).max(1).optional(),
  }),
  'expected a list of faults',
)

function parsed(text: string, source: string): unknown {
  try {
    return parse(text)
  } catch (fault) {
    throw new RangeError(`${source}: ${(fault as Error).message.split('\n')[0]?.replace(/:$/, '')}`, { cause: fault })
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (fault) {
    throw new RangeError(`${file} cannot be read: ${(fault as Error).message}`, { cause: fault })
  }
}

/** Changes with the file; a file that is gone has a version, too. */
function versionOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.mtimeNs}/${stat.size}/${stat.ino}` : 'gone'
}

function replace({ faults }: Pick<Cluster, 'faults'>, next: readonly Fault[]): void {
  faults.splice(0, faults.length, ...next)
}
