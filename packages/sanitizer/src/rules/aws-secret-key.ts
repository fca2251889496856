/** AWS secret access keys: 40 characters, after their name or after a key id. Source: IAM user guide, "Access keys". */
import { pattern, type Rule } from '../rule.ts'

export const awsSecretKey: Rule = {
  id: 'aws-secret-key',
  keywords: ['aws', 'secretaccesskey', 'akia', 'asia'],
  find: pattern(
    /(?:aws[\w-]{0,24}secret[\w-]{0,24}|secretaccesskey|(?:AKIA|ASIA)[A-Z2-7]{16})\\{0,3}["']?(?:\s{0,4}[:=,]\s{0,4}|\s{1,4})\\{0,3}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
  ),
  finds: [
    `aws_secret_access_key = ${'aB3/'.repeat(10)}`,
    `"SecretAccessKey": "${'xY+1'.repeat(10)}"`,
    `AKIA${'A'.repeat(16)} ${'k9'.repeat(20)}`,
  ],
  ignores: [`aws-secret-name: ${'a'.repeat(12)}`, `commit ${'a1'.repeat(20)}`],
}
