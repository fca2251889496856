/**
 * What goes wrong, and how kubectl says it: one place where a fault becomes text on stderr and an exit code.
 * Source: kubectl/pkg/cmd/util/helpers.go (checkErr, StandardErrorMessage, MultilineError).
 */
import type { Status } from '../api/status.ts'

/** An error of the command's own: printed behind `error: `. */
export class CliFault extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** A flag that cannot be: the command's name and its help follow. */
export class UsageFault extends CliFault {}

/** Printed as it is, without `error: ` before it. */
export class BareFault extends CliFault {}

/** A kubeconfig that cannot be used. */
export class ConfigurationFault extends CliFault {}

/** Another program failed; its exit code is ours. */
export class ExitFault extends CliFault {}

/** Everything has been said; only the exit code is left. */
export class SilentExit extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** A text for stderr as it is, and the exit code. */
export class LoudExit extends SilentExit {
  readonly text: string
  constructor(text: string, exitCode: number) {
    super(exitCode)
    this.text = text
  }
}

/** The server's refusal. */
export class StatusFault extends Error {
  readonly status: Status
  constructor(status: Status) {
    super(status.message ?? 'unknown')
    this.status = status
  }

  is(reason: string): boolean {
    return this.status.reason === reason
  }

  /** The same refusal with other words. */
  saying(message: string): StatusFault {
    return new StatusFault({ ...this.status, message })
  }
}

/** Nobody answers at `host`. */
export class ConnectionFault extends Error {
  readonly refusedHost: string | undefined
  constructor(message: string, refusedHost?: string) {
    super(message)
    this.refusedHost = refusedHost
  }
}

/** Several at once; what could be done has been done. */
export class ManyFaults extends Error {
  readonly faults: readonly Error[]
  constructor(faults: readonly Error[]) {
    super(faults.length === 1 ? faults[0]!.message : `[${faults.map(({ message }) => message).join(', ')}]`)
    this.faults = faults
  }
}

/** @throws the only fault as it is, several as one; nothing when there are none */
export function throwAll(faults: readonly unknown[]): void {
  const errors = faults.flatMap((fault) => (fault instanceof ManyFaults ? [...fault.faults] : [fault as Error]))
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new ManyFaults(errors)
}

export function isNotFound(fault: unknown): boolean {
  return fault instanceof StatusFault && fault.is('NotFound')
}

/** @returns what kubectl prints on stderr, with its line end */
export function faultText(fault: unknown): string {
  if (fault instanceof LoudExit) return fault.text
  if (fault instanceof SilentExit) return ''
  if (fault instanceof StatusFault && fault.is('Invalid')) return invalidText(fault.status)
  if (fault instanceof ManyFaults) return fault.faults.map((each) => `${messageOf(each)}\n`).join('')
  const standard = standardText(fault)
  if (standard !== undefined) return lineOf(standard)
  if (fault instanceof ConfigurationFault) return `Error in configuration: ${fault.message}\n`
  if (fault instanceof BareFault) return lineOf(fault.message)
  const { message } = fault as Error
  return lineOf(message.startsWith('error: ') ? message : `error: ${message}`)
}

export function exitCodeOf(fault: unknown): number {
  return fault instanceof CliFault || fault instanceof SilentExit ? fault.exitCode : 1
}

export function messageOf(fault: unknown): string {
  return standardText(fault) ?? (fault as Error).message
}

function standardText(fault: unknown): string | undefined {
  if (fault instanceof StatusFault) {
    if (fault.is('Unauthorized')) return `error: You must be logged in to the server (${fault.message})`
    return fault.status.reason
      ? `Error from server (${fault.status.reason}): ${fault.message}`
      : `Error from server: ${fault.message}`
  }
  if (!(fault instanceof ConnectionFault)) return undefined
  if (fault.refusedHost === undefined) return `Unable to connect to the server: ${fault.message}`
  return `The connection to the server ${fault.refusedHost} was refused - did you specify the right host or port?`
}

function invalidText({ details, message = '' }: Status): string {
  const causes = [...new Set((details?.causes ?? []).map(({ field, message: why }) => `${field ?? ''}: ${why}`))]
  const named = details?.kind || details?.name
  let said = 'The request is invalid'
  if (named) said = `The ${details?.kind ?? ''} ${JSON.stringify(details?.name ?? '')} is invalid`
  else if (message !== '' && causes.length === 0) said += `: ${message}`
  if (causes.length === 0) return `${said}\n`
  if (causes.length === 1) return `${said}: ${causes[0]}\n`
  return `${said}: \n${causes.map((cause) => `* ${cause}\n`).join('')}`
}

function lineOf(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

export function isForbidden(fault: unknown): boolean {
  return fault instanceof StatusFault && fault.is('Forbidden')
}
