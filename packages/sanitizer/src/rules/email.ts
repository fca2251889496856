/** E-mail addresses; only with `pii: true`. Source: RFC 5321 §4.1.2, the common part of it. */
import { pattern, type Rule } from '../rule.ts'

export const email: Rule = {
  id: 'email',
  keywords: ['@'],
  find: pattern(/(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b/gi),
  finds: ['mail ann.lee+shop@example.com now'],
  ignores: ['root@node-1', 'image@sha256:abc', '@types/node'],
  pii: true,
}
