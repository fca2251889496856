/** Passwords in URLs, `scheme://user:password@host`. Source: RFC 3986 §3.2.1. */
import { pattern, type Rule } from '../rule.ts'

export const urlCredentials: Rule = {
  id: 'url-credentials',
  keywords: ['://'],
  find: pattern(
    /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/?#"'<>]{0,100}:([^\s@/"'<>]{1,250})@(?=[\w.[-])/gi,
    (found) => !/^\$[({]?\w{1,80}[)}]?$/.test(found) && !/^[*x]{1,20}$/i.test(found),
  ),
  finds: [`postgres://app:${'hunter2'}@db:5432/shop`, `redis://:${'s3cret!'}@cache:6379`, `amqp://u:${'p%40ss'}@mq/`],
  ignores: [
    'http://db:5432/a@b',
    'postgres://app:$PASSWORD@db',
    'postgres://app:${DB_PASS}@db/shop',
    'https://example.com/@user',
    'mysql://root:***@db',
    'http://[::1]:8080/',
  ],
}
