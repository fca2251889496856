/** Twilio API key ids and, after an account id, auth tokens. Source: Twilio docs, "API keys". */
import { pattern, type Rule } from '../rule.ts'

export const twilioKey: Rule = {
  id: 'twilio-key',
  keywords: [...'0123456789abcdef'].flatMap((digit) => [`sk${digit}`, `ac${digit}`]),
  find: pattern(/\b(?:SK[a-f0-9]{32}|AC[a-f0-9]{32}["':,\s]{1,6}([a-f0-9]{32}))\b/g),
  finds: ['SK' + '0a1b'.repeat(8), `AC${'0a1b'.repeat(8)}:${'9f8e'.repeat(8)}`],
  ignores: ['SK' + 'xy'.repeat(16), '0a1b'.repeat(8)],
}
