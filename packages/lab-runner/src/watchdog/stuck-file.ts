/**
 * The note that the watchdog leaves before it stops a process which the student's code holds, and the runner reads
 * afterwards. A file, since the process that dies can answer no more.
 */
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Stuck } from '../outcome.ts'

/** The environment variable that names the file; without it there is no watchdog. */
export const WATCHDOG_ENV = 'MCP_LAB_STUCK_FILE'

export function stuckFile(subject: string): string {
  return path.join(tmpdir(), `mcp-lab-stuck-${process.pid}-${subject}.json`)
}

/** The note, if there is one; it is read once. */
export function readStuck(file: string): Stuck | undefined {
  try {
    const stuck = JSON.parse(readFileSync(file, 'utf8')) as Stuck
    rmSync(file, { force: true })
    return stuck
  } catch {
    return undefined // no file: nobody was stuck
  }
}
