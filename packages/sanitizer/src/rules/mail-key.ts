/** Mailgun and Mailchimp keys. Source: Mailgun docs, "API keys"; Mailchimp docs, "About API keys". */
import { pattern, type Rule } from '../rule.ts'

export const mailKey: Rule = {
  id: 'mail-key',
  keywords: ['key-', '-us'],
  find: pattern(/(?<![A-Za-z0-9-])(?:key-[a-f0-9]{32}|[a-f0-9]{32}-us\d{1,2})(?![A-Za-z0-9-])/g),
  finds: ['key-' + '0a1b'.repeat(8), '0a1b'.repeat(8) + '-us12'],
  ignores: ['key-value', '0a1b-us12'],
}
