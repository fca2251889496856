/** International bank account numbers that pass their check digits; only with `pii: true`. Source: ISO 13616. */
import { pattern, type Rule } from '../rule.ts'

export const iban: Rule = {
  id: 'iban',
  keywords: ['de', 'fr', 'gb', 'nl', 'es', 'it', 'at', 'ch', 'be', 'pl', 'se', 'ie', 'pt', 'dk', 'fi', 'no'],
  find: pattern(/(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![\w-])/g, passesMod97),
  finds: ['to DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432'],
  ignores: ['DE89 3704 0044 0532 0130 01', 'NODE12 ABCD'],
  pii: true,
}

function passesMod97(found: string): boolean {
  const plain = found.replaceAll(' ', '')
  const digits = (plain.slice(4) + plain.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return plain.length >= 15 && BigInt(digits) % 97n === 1n
}
