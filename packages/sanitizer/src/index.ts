/** The face of the sanitizer. */
export { sanitize, type SanitizeResult } from './sanitize.ts'
export type { Finding } from './walk-text.ts'
