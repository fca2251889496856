/** Keys of shops and payment services: Shopify, Square, Braintree, Plaid, Adyen. Source: the services' docs, "Access tokens". */
import { pattern, type Rule } from '../rule.ts'

export const shopKey: Rule = {
  id: 'shop-key',
  keywords: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'sq0', 'eaaa', 'access_token$', 'aqe', 'access-', 'processor-'],
  find: pattern(
    /(?<![A-Za-z0-9])(?:shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|sq0(?:atp|csp|idp)-[\w-]{22,50}|EAAA[\w-]{56,64}|access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}|(?:access|processor)-(?:sandbox|development|production)-[0-9a-f-]{36}|AQE[a-z][\w+/=*.-]{60,400})/g,
  ),
  finds: [
    'shpat_' + '0a1b'.repeat(8),
    'sq0csp-' + 'aB3_'.repeat(10) + 'abc',
    `access_token$production$${'a1b2'.repeat(4)}$${'0a1b'.repeat(8)}`,
  ],
  ignores: ['shpat_short', 'sq0idp-'],
}
