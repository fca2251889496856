/** Tokens of tools for teams: Linear, Notion, Atlassian, Postman, Airtable, Figma, Contentful, RubyGems, Clojars, Cargo. Source: the tools' docs, "API keys". */
import { pattern, type Rule, words } from '../rule.ts'

export const teamToken: Rule = {
  id: 'team-token',
  keywords: words('lin_api_|lin_oauth_|ntn_|secret_|atatt|atctt|atbb|pmak-|pat|figd_|cfpat-|rubygems_|clojars_|cio'),
  find: pattern(
    /(?<![A-Za-z0-9])(?:lin_(?:api|oauth)_[A-Za-z0-9]{32,64}|ntn_[A-Za-z0-9]{40,60}|secret_[A-Za-z0-9]{43}|AT(?:ATT|CTT|BB)[\w=-]{28,300}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}|figd_[\w-]{36,60}|CFPAT-[\w-]{40,50}|rubygems_[a-f0-9]{48}|CLOJARS_[a-f0-9]{60}|cio[A-Za-z0-9]{32})(?![A-Za-z0-9])/g,
  ),
  finds: [
    'lin_api_' + 'aB3x'.repeat(10),
    'ATATT3xFfGF0' + 'aB3_'.repeat(20) + '=1A2B3C4D',
    `PMAK-${'0a1b'.repeat(6)}-${'0a1b'.repeat(8)}9f`,
    `pat${'aB3x'.repeat(3)}ab.${'0a1b'.repeat(16)}`,
    'rubygems_' + '0a1b'.repeat(12),
  ],
  ignores: ['secret_name', 'pathology.example', 'figd_', 'patch'],
}
