/** HashiCorp tokens: Vault service, batch and recovery, Terraform Cloud. Source: Vault docs, "Tokens"; Terraform docs, "API tokens". */
import { pattern, type Rule } from '../rule.ts'

export const vaultToken: Rule = {
  id: 'vault-token',
  keywords: ['hvs.', 'hvb.', 'hvr.', 'atlasv1.'],
  find: pattern(/(?<![A-Za-z0-9])(?:hv[sbr]\.[\w-]{20,400}|[A-Za-z0-9]{10,20}\.atlasv1\.[\w-]{40,200})/g),
  finds: ['hvs.' + 'CAES'.repeat(8), `${'aB3x'.repeat(3)}ab.atlasv1.${'zY9-'.repeat(16)}`],
  ignores: ['hvs.example', 'the hvb. prefix'],
}
