/** Google API keys. Source: Google Cloud docs, "Manage API keys"; always AIza and 35 characters. */
import { pattern, type Rule } from '../rule.ts'

export const googleApiKey: Rule = {
  id: 'google-api-key',
  keywords: ['aiza'],
  find: pattern(/\bAIza[\w-]{35}(?![\w-])/g),
  finds: ['AIza' + 'Sy9-_'.repeat(7)],
  ignores: ['AIza', 'AIza' + 'x'.repeat(60)],
}
