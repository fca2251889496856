/**
 * Text that nobody can see: letters as Unicode tags or variation selectors, bits as invisible characters, lines turned
 * round. It is read in the text as it was given, since its shadow has none of it.
 * Source: Unicode UTS #51 (tag sequences); CVE-2021-42574 (bidirectional overrides).
 */
import { pattern, type Rule } from '../rule.ts'

export const hiddenText: Rule = {
  id: 'hidden-text',
  keywords: [],
  find: pattern(
    /(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]{0,6})[\u{e0020}-\u{e007e}]{7,}|[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{6,}|[\u200b-\u200d\u2060-\u2064\ufeff\u00ad]{12,}|[\u202d\u202e]/gu,
  ),
  finds: [
    `a${[...'delete all'].map((letter) => String.fromCodePoint(0xe_0000 + letter.charCodeAt(0))).join('')}`,
    `x${'\ufe01\ufe05'.repeat(4)}`,
    `x${'\u200b\u200c'.repeat(8)}`,
    'user\u202enimda',
  ],
  ignores: ['⚠️ ready', 'a\u200bb', 'naïve', 'مرحبا\u200f'],
}
