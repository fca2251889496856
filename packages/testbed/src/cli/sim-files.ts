/**
 * The files of `pnpm sim`: tokens, faults and images that are read, the kubeconfig and the log that are written. What is wrong with
 * one is a UserError that names it.
 */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import {
  faultsFromFile,
  parseImages,
  parseTokenAuthFile,
  type ApiLogEntry,
  type Cluster,
  type ClusterOptions,
  type ImageSpec,
} from '@mcp-lab/fake-kubectl'
import { UserError } from '../user-error.ts'

const TOKEN_EXAMPLE = 'Example: --token \'s3cret,alice,alice-uid,"devs,night-shift"\''
const FAULT_EXAMPLE =
  'Example of one: [{ when: { verb: list, resource: pods }, effect: { kind: busy, retryAfterSeconds: 1 } }]'

const IMAGE_EXAMPLE = 'Example of one: [{ image: web, stages: [{ for: 30s }, { exit: 1 }] }]'

/** @param lines what stood behind each --token */
export function readTokens(lines: readonly string[], file: string | undefined): NonNullable<ClusterOptions['tokens']> {
  const fromFile = file === undefined ? {} : understood(() => parseTokenAuthFile(readText(file), file), TOKEN_EXAMPLE)
  return { ...fromFile, ...understood(() => parseTokenAuthFile(lines.join('\n'), '--token'), TOKEN_EXAMPLE) }
}

/** @returns what reads the file again, if it has changed */
export function readFaults(cluster: Cluster, file: string): () => void {
  return understood(() => faultsFromFile(cluster, file, (message) => console.error(message)), FAULT_EXAMPLE)
}

export function readImages(file: string): ImageSpec[] {
  return understood(() => parseImages(readText(file), file), IMAGE_EXAMPLE)
}

/**
 * Appends each request to a file, or prints it for `-`. A log that cannot be written any more ends; the cluster goes on.
 *
 * @returns what ends the log
 */
export function writeLog(cluster: Cluster, file: string): () => void {
  const out = file === '-' ? printer() : appender(file)
  const end = cluster.followApiLog((entry: ApiLogEntry) => {
    try {
      out.write(`${JSON.stringify(entry)}\n`)
    } catch (fault) {
      end()
      console.error(`The log ends here: ${(fault as Error).message}`)
    }
  })
  return () => {
    end()
    out.close()
  }
}

export function writeKubeconfig(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text, { mode: 0o600 })
  } catch (fault) {
    throw new UserError(
      `The kubeconfig cannot be written to ${file}: ${(fault as Error).message}`,
      'Choose another place with --kubeconfig FILE.',
    )
  }
}

type Out = { write(line: string): void; close(): void }

function printer(): Out {
  // Whoever was reading may have left; that is no fault.
  process.stdout.on('error', () => {})
  return { write: (line) => void process.stdout.write(line), close: () => {} }
}

function appender(file: string): Out {
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    const descriptor = openSync(file, 'a', 0o600)
    return { write: (line) => void writeSync(descriptor, line), close: () => closeSync(descriptor) }
  } catch (fault) {
    throw new UserError(
      `The log cannot be written to ${file}: ${(fault as Error).message}`,
      'Choose another place with --log FILE, or --log - for the terminal.',
    )
  }
}

/** @throws UserError for what the person wrote wrong */
function understood<T>(read: () => T, example: string): T {
  try {
    return read()
  } catch (fault) {
    if (fault instanceof RangeError) throw new UserError(fault.message, example)
    throw fault
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (fault) {
    throw new UserError(`${file} cannot be read: ${(fault as Error).message}`, TOKEN_EXAMPLE)
  }
}
