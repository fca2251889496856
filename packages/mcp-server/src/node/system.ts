/**
 * What the machine gives: time, timers, chance and stderr. The pipeline knows them only as ports.
 */
import { randomBytes } from 'node:crypto'
import { sanitize } from '@mcp-lab/sanitizer'

export function systemNow(): Date {
  return new Date()
}

export function setTimer(fn: () => void, delayMs: number): () => void {
  const timer = setTimeout(fn, delayMs)
  return () => clearTimeout(timer)
}

/** Eight hex digits: enough to find one call among a day's. */
export function newId(): string {
  return randomBytes(4).toString('hex')
}

/** Never to stdout, which carries the protocol. */
export function reportFault(fault: unknown, callId: string): void {
  const details = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
  process.stderr.write(`mcp-server: call ${callId}: ${sanitize(details).value}\n`)
}

/** 128 bits: nobody finds one by trying. */
export function newSecret(): string {
  return randomBytes(16).toString('hex')
}

/** For one process' life: what it seals, only it can open. */
export function newKey(): Uint8Array {
  return randomBytes(32)
}
