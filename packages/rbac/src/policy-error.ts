/** What is wrong with a policy, said so that a person can mend it. It carries no values beyond the one at fault. */

/** Where and what. `found`, `expected` and `next` are ends of a sentence. */
export type PolicyFault = {
  /** The file, as the caller named it. */
  readonly file?: string | undefined
  /** Counted from 1. Absent for objects that came from no file. */
  readonly line?: number | undefined
  /** `Role "reader" in namespace "dev", rules[0].verbs`. */
  readonly where: string
  readonly found: string
  readonly expected: string
  readonly next: string
}

/** Thrown for a policy that can't be trusted to mean what its author meant; nothing of it is in force. */
export class PolicyError extends Error implements PolicyFault {
  override readonly name = 'PolicyError'
  readonly file: string | undefined
  readonly line: number | undefined
  readonly where: string
  readonly found: string
  readonly expected: string
  readonly next: string

  constructor({ file, line, where, found, expected, next }: PolicyFault) {
    const place = [file ?? (line === undefined ? undefined : 'policy'), line].filter((part) => part !== undefined)
    super(`${[place.join(':'), where].filter(Boolean).join(', ')}: found ${found}, expected ${expected}; ${next}`)
    this.file = file
    this.line = line
    this.where = where
    this.found = found
    this.expected = expected
    this.next = next
  }
}
