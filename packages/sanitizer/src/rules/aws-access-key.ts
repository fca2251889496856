/** AWS access key ids, permanent and temporary. Source: IAM user guide, "Unique identifiers". */
import { pattern, type Rule } from '../rule.ts'

export const awsAccessKey: Rule = {
  id: 'aws-access-key',
  keywords: ['akia', 'asia', 'abia', 'acca'],
  find: pattern(/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g),
  finds: [`AKIA${'ABCD2345'.repeat(2)}`, `key=ASIA${'Z'.repeat(16)};`],
  ignores: ['AKIA', `AKIA${'A'.repeat(30)}`, 'asia-southeast1-docker.pkg.dev'],
}
