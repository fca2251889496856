/**
 * A fault the person at the keyboard can mend: a lab that does not exist, a folder that lost a file, a wrong flag.
 * Only `cli/main` turns it into exit code 2. In `message` and `next` a command of ours stands in backticks without its
 * launcher (`lab reset 1`); the view completes it to `npm run lab reset 1` or `pnpm lab reset 1`.
 */
export class UserError extends Error {
  override name = 'UserError'
  readonly next: string | undefined

  constructor(message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.next = options.next
  }
}

/** The system's code of a fault (`ENOENT`, `EACCES` …), when it has one. */
export function codeOf(fault: unknown): string | undefined {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined
}
