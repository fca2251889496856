/**
 * A fault that the person at the keyboard can mend: what is wrong, and what to do next.
 *
 * Commands print it without a stack and exit with 2; everything else that is thrown is a fault of ours.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly nextStep: string

  constructor(what: string, nextStep: string) {
    super(what)
    this.nextStep = nextStep
  }
}
