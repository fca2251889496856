/** Azure: storage account keys, shared access signatures, client secrets of applications. Source: Azure docs, "Storage account keys", "SAS", "App registrations". */
import { pattern, type Rule } from '../rule.ts'

export const azureSecret: Rule = {
  id: 'azure-secret',
  keywords: ['accountkey', 'sharedaccesskey', 'sig=', '8q~', '7q~'],
  find: pattern(
    /(?:(?:Account|SharedAccess)Key\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9+/]{30,100}={0,2})|[?&]sig=([\w%+/=-]{30,120})|(?<![\w~.-])([\w~.-]{3}[78]Q~[\w~.-]{30,40})(?![\w~.-]))/g,
  ),
  finds: [
    `AccountName=shop;AccountKey=${'aB3/'.repeat(21)}ab==;EndpointSuffix=x`,
    `https://a.blob.example/c?sv=2024&sig=${'aB%2B'.repeat(10)}&se=x`,
    'abc8Q~' + 'aB3.-'.repeat(7),
  ],
  ignores: ['AccountKey=$(KEY)', 'x?sig=short'],
}
