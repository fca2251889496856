/** Telephone numbers in the international form, or in groups after a word for them; only with `pii: true`. Source: ITU-T E.164. */
import { pattern, type Rule } from '../rule.ts'

export const phone: Rule = {
  id: 'phone',
  keywords: ['+', 'phone', 'tel', 'mobile', 'call'],
  find: pattern(
    /(?<![\w.+-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}|(?<=(?:phone|tel|mobile|call)\w{0,8}[:=]?\s{0,3})(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4})(?![\w.-]*\w)/gi,
  ),
  finds: ['call +49 30 1234 5678', 'phone: (555) 123-4567'],
  ignores: ['1.2e+08', 'telemetry 123', '+1234'],
  pii: true,
}
