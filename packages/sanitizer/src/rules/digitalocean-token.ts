/** DigitalOcean tokens: personal, OAuth, refresh. Source: DigitalOcean docs, "Personal access tokens". */
import { pattern, type Rule } from '../rule.ts'

export const digitaloceanToken: Rule = {
  id: 'digitalocean-token',
  keywords: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
  find: pattern(/(?<![A-Za-z0-9])do[opr]_v1_[a-f0-9]{40,80}/g),
  finds: ['dop_v1_' + '0a1b'.repeat(16)],
  ignores: ['dop_v1_', 'dop_v1_readme'],
}
