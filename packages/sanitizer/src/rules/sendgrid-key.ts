/** SendGrid API keys. Source: SendGrid docs, "API keys". */
import { pattern, type Rule } from '../rule.ts'

export const sendgridKey: Rule = {
  id: 'sendgrid-key',
  keywords: ['sg.'],
  find: pattern(/(?<![A-Za-z0-9.])SG\.[\w-]{16,32}\.[\w-]{32,64}/g),
  finds: [`SG.${'aB3-'.repeat(5)}xy.${'Zz9_'.repeat(10)}abc`],
  ignores: ['SG.short.one', 'msg.body.text'],
}
