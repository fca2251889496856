/** Lines of a .pgpass: host, port, database, user, password. Source: PostgreSQL docs, "The Password File". */
import { pattern, type Rule } from '../rule.ts'

export const pgpass: Rule = {
  id: 'pgpass',
  keywords: [':5', ':6', ':*:'],
  find: pattern(
    /(?<=^|\n)(?:[a-z*][\w.*-]{0,100}):(?:[56]\d{3}|\*):[\w.*-]{1,63}:[\w.*-]{1,63}:([^\s:]{4,200})(?=\s|$)/g,
  ),
  finds: [`db.example:5432:shop:app:${'hunter2'}`, `*:*:*:app:${'hunter2'}`],
  ignores: ['registry:5000/shop/web:v1', 'db:5432:shop', 'a:b:c:d:e', 'peer etcd-1:6443:ready'],
}
