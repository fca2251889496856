/** Private keys in PuTTY's own format. Source: PuTTY manual, appendix C. */
import { pattern, type Rule } from '../rule.ts'

export const puttyKey: Rule = {
  id: 'putty-key',
  keywords: ['private-lines'],
  find: pattern(/Private-Lines: \d{1,4}\r?\n((?:[A-Za-z0-9+/=]{4,80}(?:\r?\n|$)){1,200})/g),
  finds: [`Private-Lines: 1\n${'AAAAgQC3'.repeat(4)}\nPrivate-MAC: 0a`],
  ignores: ['Public-Lines: 1\nAAAA', 'Private-Lines: 0\n'],
}
