/**
 * What a shell remembers between commands, and how it speaks.
 */
import type { ShellFlavour } from '../images.ts'
import type { Sink, Source } from '../pipe.ts'
import type { Process } from '../process.ts'

export type ShellState = {
  process: Process
  readonly flavour: ShellFlavour
  readonly variables: Map<string, string>
  readonly exported: Set<string>
  cwd: string
  readonly name: string
  positional: string[]
  lastCode: number
  errexit: boolean
  xtrace: boolean
  nounset: boolean
}

export type Streams = { readonly stdin: Source; readonly stdout: Sink; readonly stderr: Sink }

/** Ends the shell. */
export class Exit extends Error {
  override readonly name = 'Exit'
  readonly code: number

  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** Leaves a loop, or goes on with its next round. */
export class Jump extends Error {
  override readonly name = 'Jump'
  readonly to: 'break' | 'continue'

  constructor(to: 'break' | 'continue') {
    super(to)
    this.to = to
  }
}

/** A complaint as this shell words it. */
export function spoken({ flavour, name }: Pick<ShellState, 'flavour' | 'name'>, message: string): string {
  const where: Record<ShellFlavour, string> = { dash: '1: ', bash: 'line 1: ', busybox: '' }
  return `${name}: ${where[flavour]}${flavour === 'dash' ? message : message.replace(/^Syntax/, 'syntax')}`
}
