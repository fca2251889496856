/**
 * Bearer tokens as kube-apiserver's --token-auth-file has them: a line each, `token,user,uid,"group1,group2"`.
 * Source: apiserver/pkg/authentication/token/tokenfile/tokenfile.go.
 */
import type { StaticUser } from '../apiserver/server.ts'

/**
 * @param source what to call the text in messages: a file, a flag
 * @throws       RangeError saying which line, and what it lacks
 */
export function parseTokenAuthFile(text: string, source: string): Record<string, StaticUser> {
  const lines = text.split('\n').map((line, index) => [line.trim(), index + 1] as const)
  const entries = lines
    .filter(([line]) => line !== '')
    .map(([line, number]) => entry(line, `${source}, line ${number}`))
  return Object.fromEntries(entries)
}

function entry(line: string, where: string): [token: string, user: StaticUser] {
  const [token = '', user = '', uid, groups = '', ...more] = columns(line)
  if (token === '' || user === '' || uid === undefined || more.length > 0) {
    const found = columns(line).length
    throw new RangeError(
      `${where}: expected token,user,uid and perhaps "group1,group2" in quotes; found ${found} columns`,
    )
  }
  const names = groups.split(',').map((group) => group.trim())
  return [token, { user, ...(uid && { uid }), groups: names.filter((group) => group !== '') }]
}

/** CSV: a column in quotes may hold commas, and a doubled quote. */
function columns(line: string): string[] {
  const found = [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,"]*))\s*(?=,|$)/g)]
  return found.map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim())
}
