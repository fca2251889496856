/** Docker Hub access tokens. Source: Docker docs, "Personal access tokens". */
import { pattern, type Rule } from '../rule.ts'

export const dockerHubToken: Rule = {
  id: 'docker-hub-token',
  keywords: ['dckr_'],
  find: pattern(/(?<![A-Za-z0-9])dckr_(?:pat|oat)_[\w-]{20,80}/g),
  finds: ['dckr_pat_' + 'aB3-_'.repeat(6)],
  ignores: ['dckr_pat_', 'dckr_config'],
}
