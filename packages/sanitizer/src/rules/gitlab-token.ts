/** GitLab tokens of every kind: personal, deploy, runner, trigger, feed, agent. Source: GitLab docs, "Token prefixes". */
import { pattern, type Rule, words } from '../rule.ts'

export const gitlabToken: Rule = {
  id: 'gitlab-token',
  keywords: words('glpat-|gldt-|glrt-|glptt-|glft-|glagent-|glcbt-|glsoat-|glimt-|gloas-|glffct-|gr1348941'),
  find: pattern(
    /(?<![A-Za-z0-9])(?:gl(?:pat|dt|rt|rtr|ptt|ft|agent|cbt|soat|imt|oas|ffct)-[\w.-]{16,300}|GR1348941[\w-]{20})/g,
  ),
  finds: ['glpat-' + 'aB3-x'.repeat(4), 'glrt-' + 'Z9_'.repeat(7), 'GR1348941' + 'aB3-x'.repeat(4)],
  ignores: ['glpat-short', 'the glrt- prefix'],
}
