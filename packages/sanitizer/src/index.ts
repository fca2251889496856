/** The face of the sanitizer. */
export { sanitize, type Finding, type SanitizeResult } from './sanitize.ts'
