/** Numbers of payment cards that pass their check digit; only with `pii: true`. Source: ISO/IEC 7812-1. */
import { pattern, type Rule } from '../rule.ts'

export const cardNumber: Rule = {
  id: 'card-number',
  keywords: [...'3456'],
  find: pattern(/(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\w.-])/g, passesLuhn),
  finds: ['paid with 4111 1111 1111 1111', '5500-0000-0000-0004'],
  ignores: ['4111 1111 1111 1112', '1726000000000000'],
  pii: true,
}

function passesLuhn(found: string): boolean {
  const digits = [...found.replace(/\D/g, '')].toReversed().map(Number)
  const sum = digits.reduce(
    (total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  )
  return digits.length >= 15 && sum % 10 === 0
}
