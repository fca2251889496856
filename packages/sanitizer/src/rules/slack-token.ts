/** Slack tokens and incoming webhooks. Source: Slack docs, "Token types", "Sending messages using incoming webhooks". */
import { pattern, type Rule } from '../rule.ts'

export const slackToken: Rule = {
  id: 'slack-token',
  keywords: ['xox', 'xapp-', 'hooks.slack.com'],
  find: pattern(
    /\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{10,250}|(?<=hooks\.slack\.com\/(?:services|workflows)\/)[A-Za-z0-9/]{20,120})/g,
  ),
  finds: [
    'xoxb-' + '1234567890-'.repeat(2) + 'aBc',
    'xapp-1-' + 'A1B2'.repeat(5),
    `https://hooks.slack.com/services/T000/B000/${'x'.repeat(24)}`,
  ],
  ignores: ['xoxo, your cluster', 'xapp-server-1', 'https://hooks.slack.com/services/'],
}
