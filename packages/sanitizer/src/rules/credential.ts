/**
 * Values under a name that announces a secret: `--password=x`, `DB_PASSWORD=x`, `"password": "x"`, `token: x`. The name's
 * last word decides, see `names.ts`.
 */
import { isHarmlessValue, isSecretName, SECRET_KEYWORDS, SECRET_WORDS, STAGES } from '../names.ts'
import { matchesOf, type Rule, type Span } from '../rule.ts'
import { readValue } from '../value.ts'

export const credential: Rule = {
  id: 'credential',
  keywords: SECRET_KEYWORDS,
  find: findValues,
  finds: [
    `--password=${'hunter2'}`,
    `mysql --password ${'hunter2'} -h db`,
    `DB_PASSWORD=${'p@ss,word!'}`,
    `{"password": "${'hun\\"ter2'}"}`,
    `{"msg":"{\\"password\\":\\"${'hunter2'}\\"}"}`,
    `{"password":${'12345'}}`,
    `level=info user=ann token=${'abc123'} ok`,
    `GET /x?access_token=${'abc123'}&page=2`,
    `Server=db;User Id=app;Password=${'hunter2'};Encrypt=true`,
    `пароль: ${'hunter2'}`,
    `:password=>"${'hunter2'}"`,
    `ENV DB_PASS ${'hunter2'}`,
    `setx API_KEY ${'abc123'}`,
    `pw: ${'hunter2'}`,
    `Server=x;Pwd=${'hunter2'};`,
    `pass=${'hunter2'}`,
    `{User:ann Password:${'hunter2'} Port:80}`,
    `map[password:${'hunter2'} user:ann]`,
    `密码=${'hunter2'}`,
    `      API_KEY:  ${'k3y'}`,
    `- clientSecret: '${'two words'}'`,
    `DB_PASS=${'hunter2'}`,
    `password: |\n  ${'hunter2'}\nuser: ann`,
    `passphrase := "${'open sesame'}"`,
    `    client-key-data: ${'LS0tLS1CRUdJTiBS'}`,
  ],
  ignores: [
    'secretName: db-credentials',
    'existingSecret: shop-db-credentials',
    'secret "db" not found',
    'TOKEN_PATH=/var/run/secrets/token',
    'tokenExpirationSeconds: 3607',
    "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
    'password: "${DB_PASSWORD}"',
    'password=$(DB_PASSWORD)',
    'PASSWORD=',
    'PWD=/app',
    'if (token == null) throw',
    'could not fetch token: connection refused',
    'automountServiceAccountToken: false',
    'token=<secret:credential:1>',
    '"nextPageToken": "abc"',
    'max_tokens=100',
    '--token-auth-file /etc/tokens',
    'pass=12 fail=3',
    'const f = (token) => {',
    'volume "creds" : secret "db" not found',
    'password=./password.txt',
    'DB_PASSWORD=$(cat /run/secrets/db)',
  ],
}

function* findValues(text: string): Iterable<Span> {
  let from = 0
  for (const match of matchesOf(text, NAME_AND_SEPARATOR)) {
    // A name inside a value that was found is part of it; reading on from each one would take quadratic time.
    if (match.index < from) continue
    const { word = '', quote = '', separator = '' } = match.groups ?? {}
    const name = nameBefore(text, match.index) + word
    const nameAt = match.index + word.length - name.length
    const at = match.index + match[0].length
    if (!isSecretName(name.replace(/^-{1,2}/, ''))) continue
    if (!isAssignment(text, { name, nameAt, at, separator, quoted: quote !== '' })) continue
    const span = cutAtQuery(text, nameAt, valueAt(text, at))
    if (span[1] > span[0] && !isHarmless(text, span, name)) yield span
    from = span[1]
  }
}

const NAME_AND_SEPARATOR = new RegExp(
  String.raw`(?<word>(?:${SECRET_WORDS}|[_-]pass|(?<![A-Za-z])pass|(?<![A-Za-z])pw)\d{0,2}(?:[_-](?:${STAGES})){0,2})(?<quote>\\{0,3}["'])?(?<separator>[ \t]{0,8}(?::=|=>|=(?![=~>])|：|:(?![:/]))[ \t]{0,40}|[ \t]{1,4}(?=[^\s-]))`,
  'gi',
)
const NAME_MAX = 80

function nameBefore(text: string, end: number): string {
  return /[\w.-]{0,80}$/.exec(text.slice(Math.max(0, end - NAME_MAX), end))?.[0] ?? ''
}

type Assignment = { name: string; nameAt: number; at: number; separator: string; quoted: boolean }

/** `=` assigns anywhere. A space does after a flag. A colon does after a quoted or compound name, or at a line's start. */
function isAssignment(text: string, { name, nameAt, at, separator, quoted }: Assignment): boolean {
  if (separator.includes('=>')) return quotedOrMixed(text, at)
  if (/[=：]/.test(separator)) return true
  if (!separator.includes(':')) return name.startsWith('--') || isSetting(text, nameAt)
  // No JSON: a quoted name of a thing, and words on it.
  if (quoted && /^\s/.test(separator) && !/["'\\\d]/.test(text[at] ?? '')) return false
  if (quoted || /[_-]/.test(name) || /["'\\]/.test(text[at] ?? '')) return true
  return (isLineStart(text, nameAt) && isOneWord(text, at)) || (separator === ':' && isPrintedField(text, nameAt, at))
}

/** As Go prints a struct or a map: `{User:ann Password:x}`. */
function isPrintedField(text: string, nameAt: number, at: number): boolean {
  if (!/[\s{[(,&]/.test(text[nameAt - 1] ?? ' ')) return false
  const near = text.slice(at, at + LOOK)
  const value = near.slice(...readValue(near, 0))
  return value.length >= 6 && /[A-Za-z]/.test(value) && /[\d!@#$%^&*]/.test(value)
}

/** Enough to see what a value is like; one that goes on for ever must not be read from each name in it. */
const LOOK = 80

/** `ENV DB_PASS x` of a Dockerfile, `setx API_KEY x`. */
function isSetting(text: string, nameAt: number): boolean {
  return /(?:^|\n|\s)(?:ENV|ARG|setx|SETX|setenv)\s{1,4}$/.test(text.slice(Math.max(0, nameAt - 12), nameAt))
}

/** An arrow may also be a function's. */
function quotedOrMixed(text: string, at: number): boolean {
  const near = text.slice(at, at + LOOK)
  const [start, end] = readValue(near, 0)
  const value = near.slice(start, end)
  return start > 0 || (/[a-z]/i.test(value) && /\d/.test(value))
}

function isLineStart(text: string, at: number): boolean {
  return /(?:^|\n)[ \t]{0,60}(?:- {1,4})?$/.test(text.slice(Math.max(0, at - 70), at))
}

function isOneWord(text: string, at: number): boolean {
  const [, end] = readValue(text, at)
  return /^[ \t]{0,40}(?:\r?\n|$|#)/.test(text.slice(end, end + 44))
}

/** The value at `at`; for a YAML block scalar, the line below. */
function valueAt(text: string, at: number): Span {
  BLOCK_SCALAR.lastIndex = at
  if (!BLOCK_SCALAR.test(text)) return readValue(text, at)
  const end = text.indexOf('\n', BLOCK_SCALAR.lastIndex)
  return [BLOCK_SCALAR.lastIndex, end < 0 ? text.length : end]
}

const BLOCK_SCALAR = /[|>][+-]?[ \t]{0,8}\r?\n[ \t]{1,60}/y

/** In a query string the value ends at `&`, in a connection string at `;`. */
function cutAtQuery(text: string, nameAt: number, [start, end]: Span): Span {
  const before = text[nameAt - 1] ?? ''
  if (!/[?&;]/.test(before)) return [start, end]
  const cut = text.slice(start, end).search(before === ';' ? /;/ : /[&#]/)
  return cut < 0 ? [start, end] : [start, start + cut]
}

function isHarmless(text: string, [start, end]: Span, name: string): boolean {
  // `kubectl describe` writes references in words.
  if (text.startsWith('<set to the key', start)) return true
  const value = text.slice(start, end)
  // `credentials: ann/…` names a person too, and is left to `spoken`; `pass=12` counts tests.
  if (/cred(?:ential)?s?$/i.test(name) && /^[\w.@-]+[/:]\S/.test(value)) return true
  return (/^pass$/i.test(name) && /^\d{1,5}$/.test(value)) || isHarmlessValue(value, name)
}
