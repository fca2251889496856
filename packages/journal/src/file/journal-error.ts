/** A journal file that can't be used, and what to do about it. Rows that were acknowledged before are not touched. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly file: string

  constructor(file: string, message: string, options?: ErrorOptions) {
    super(`${file}: ${message}`, options)
    this.file = file
  }
}
