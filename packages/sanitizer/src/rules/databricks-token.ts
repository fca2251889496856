/** Databricks tokens. Source: Databricks docs, "Personal access tokens". */
import { pattern, type Rule } from '../rule.ts'

export const databricksToken: Rule = {
  id: 'databricks-token',
  keywords: ['dapi'],
  find: pattern(/(?<![A-Za-z0-9])dapi[a-f0-9]{32}(?:-\d{1,2})?(?![A-Za-z0-9])/g),
  finds: ['dapi' + '0a1b'.repeat(8), 'dapi' + '0a1b'.repeat(8) + '-2'],
  ignores: ['dapi0a1b', 'dapix' + '0a1b'.repeat(8)],
}
