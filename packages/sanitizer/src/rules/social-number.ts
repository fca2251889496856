/** Social security numbers of the United States, after a word for them; only with `pii: true`. Source: SSA, POMS RM 10201. */
import { pattern, type Rule } from '../rule.ts'

export const socialNumber: Rule = {
  id: 'social-number',
  keywords: ['ssn', 'social'],
  find: pattern(/(?:ssn|social security(?: number| no\.?)?)\W{1,4}(\d{3}-?\d{2}-?\d{4})(?!\d)/gi),
  finds: ['SSN: 078-05-1120'],
  ignores: ['ssn service 200', 'social media 3'],
  pii: true,
}
