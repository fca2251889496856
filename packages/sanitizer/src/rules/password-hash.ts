/** Hashes of passwords, which can be guessed offline: crypt(3), bcrypt, Argon2, PBKDF2, LDAP. Source: crypt(5); RFC 2307 §5.3. */
import { pattern, type Rule } from '../rule.ts'

export const passwordHash: Rule = {
  id: 'password-hash',
  keywords: ['$1$', '$2', '$5$', '$6$', '$y$', '$apr1$', '$argon2', '$scrypt', 'pbkdf2', '{ssha', '{sha', '{crypt}'],
  find: pattern(
    /\$(?:(?:1|5|6|y|gy|7|apr1)\$(?:rounds=\d{1,9}\$)?[\w./]{1,64}\$[\w./]{20,100}|2[abxy]?\$\d{2}\$[\w./]{50,60}|argon2(?:id|i|d)\$[\w$=,+/.-]{30,200}|scrypt\$[\w$=,+/.-]{30,200})|pbkdf2[_:$-]sha\d{1,3}[$:][\w$:=+/.-]{20,200}|\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT)\}[\w+/=$.]{20,150}/gi,
  ),
  finds: [
    `root:$6$${'saltsalt'}$${'aB3x./'.repeat(14)}:19000:0:`,
    `ann:$2y$10$${'aB3x.'.repeat(10)}abc`,
    `$argon2id$v=19$m=65536,t=3,p=4$${'c2FsdA'}$${'aB3x+/'.repeat(7)}`,
    `ann:$apr1$${'a1b2c3d4'}$${'aB3x.'.repeat(4)}xy`,
    `userPassword: {SSHA}${'aB3x'.repeat(8)}`,
  ],
  ignores: ['costs $100', '$1$', 'sha256:0a1b', '{SHA}'],
}
