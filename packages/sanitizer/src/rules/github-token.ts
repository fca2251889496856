/** GitHub tokens, classic and fine-grained. Source: GitHub docs, "GitHub's token formats". */
import { pattern, type Rule } from '../rule.ts'

export const githubToken: Rule = {
  id: 'github-token',
  keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
  find: pattern(/\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})/g),
  finds: [
    'ghp_' + 'a'.repeat(36),
    'github_pat_' + 'B1_'.repeat(20),
    `https://x:${'ghs_' + 'Z9'.repeat(18)}@github.com/a/b`,
  ],
  ignores: ['ghp_', 'ghp_short', 'a graph_path'],
}
