/** PyPI tokens, which are macaroons. Source: PyPI help, "API tokens". */
import { pattern, type Rule } from '../rule.ts'

export const pypiToken: Rule = {
  id: 'pypi-token',
  keywords: ['pypi-'],
  find: pattern(/(?<![A-Za-z0-9])pypi-(?:AgE|Ag)[\w-]{40,400}/g),
  finds: ['pypi-AgEIcHlwaS5vcmc' + 'aB3_'.repeat(20)],
  ignores: ['pypi-server', 'pypi-AgE'],
}
