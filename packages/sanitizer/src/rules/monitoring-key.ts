/** Keys of monitoring services: New Relic, Grafana, Sentry, Honeycomb, Dynatrace. Source: the services' docs, "API keys". */
import { pattern, type Rule } from '../rule.ts'

export const monitoringKey: Rule = {
  id: 'monitoring-key',
  keywords: ['nrak-', 'nrii-', 'nrjs-', 'glsa_', 'glc_', 'sntry', 'dt0c01', 'hcaik_', 'eyjrijoi'],
  find: pattern(
    /(?<![A-Za-z0-9])(?:NRAK-[A-Z0-9]{20,32}|NRII-[\w-]{30,34}|NRJS-[a-f0-9]{16,20}|glsa_[A-Za-z0-9]{30,34}_[a-f0-9]{8}|glc_[\w+/=]{30,400}|sntry[su]_[\w=+/-]{40,300}|dt0c01\.[A-Z0-9]{20,26}\.[A-Z0-9]{50,70}|hcaik_\w{40,70}|eyJrIjoi[\w=+/-]{40,300})/g,
  ),
  finds: [
    'NRAK-' + 'A1B2C3'.repeat(4) + 'XYZ',
    `glsa_${'aB3x'.repeat(8)}_${'0a1b2c3d'}`,
    'dt0c01.' + 'A1B2'.repeat(6) + '.' + 'Z9Y8'.repeat(16),
    'sntrys_' + 'eyJp'.repeat(12),
  ],
  ignores: ['glc_config', 'NRAK-short'],
}
