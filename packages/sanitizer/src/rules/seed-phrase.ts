/** The words from which a wallet's keys are made. Source: BIP-39. */
import { pattern, type Rule } from '../rule.ts'

export const seedPhrase: Rule = {
  id: 'seed-phrase',
  keywords: ['seed', 'mnemonic', 'recovery', 'backup phrase'],
  find: pattern(
    /(?:seed|mnemonic|recovery|backup)(?:[ _-](?:phrase|words))?["']?\s{0,3}(?:[:=]|is|was)\s{0,3}["']?((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})/gi,
  ),
  finds: [`seed phrase: ${'abandon ability able about above absent '.repeat(2).trim()}`],
  ignores: ['random seed: 42', 'recovery is under way and will take some time'],
}
