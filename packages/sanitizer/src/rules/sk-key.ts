/** Keys that begin with `sk-` or `sk_`: OpenAI, Anthropic, Stripe and those who follow them. Source: OpenAI and Stripe docs, "API keys". */
import { pattern, type Rule } from '../rule.ts'

export const skKey: Rule = {
  id: 'sk-key',
  keywords: ['sk-', 'sk_', 'rk_'],
  find: pattern(/(?<![\w-])(?:sk-(?=[\w-]{0,60}\d)[A-Za-z0-9][\w-]{18,250}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,250})/g),
  finds: ['sk-' + 'aB1'.repeat(12), 'sk-proj-' + 'x9_'.repeat(12), 'sk_live_' + 'Q7'.repeat(12)],
  ignores: [
    'disk-usage-of-all-nodes-in-2026',
    'task-runner-7b9d5f6c8d-x2x9z-0',
    'sk-short',
    'sk-learn-is-a-python-library-here',
  ],
}
