/**
 * Secrets told in a sentence: "the password for admin is hunter2", "log in with ann / hunter2", "IDENTIFIED BY 'x'". Much
 * the same sentences tell of secrets without telling one ("the token is invalid"), so what follows must look like no word.
 */
import { isHarmlessValue } from '../names.ts'
import { matchesOf, type Rule, type Span, words } from '../rule.ts'

export const spoken: Rule = {
  id: 'spoken',
  keywords: words(
    'pw|key |password|passwd|passphrase|passcode|pwd|secret|token|api key|access key|credential|creds',
    'login|log in|logged in|sign in|pin|otp|identified by|passwort|kennwort|contrase|mot de passe|senha',
    'пароль|密码|パスワード|비밀번호|wachtwoord|hasło|heslo|.pgpass',
  ),
  find: findValues,
  finds: [
    `the password for admin is ${'hunter2'}`,
    `new password: "${'correct-horse'}"`,
    `please use token ${'abc123def'} to call it`,
    `log in with ann / ${'hunter2!'}`,
    `credentials are admin:${'hunter2'}`,
    `CREATE USER app IDENTIFIED BY '${'opensesame'}'`,
    `ALTER ROLE app WITH PASSWORD '${'opensesame'}'`,
    `Das Passwort lautet ${'Geheim77'}`,
    `El password es ${'Secreto77'}`,
    `mot de passe : ${'secret77'}`,
    `machine db login ann password ${'hunter2'}`,
    `your one-time PIN is ${'493817'}`,
    `The root password was reset to ${'Tr0ub4dor'}.`,
  ],
  ignores: [
    'the password is required',
    'password-reset-7b9d5f6c8d',
    'postgres://app:<secret:url-credentials:1>@db:5432/shop',
    'token is invalid',
    'the token was 3600s old',
    'secret is db-credentials-v2',
    'password for user app is wrong',
    'log in with kubectl / helm',
    'token is not yet valid',
    'the password is stored in secret/db',
    'API key is at https://example.com/keys1',
    'login: failed after 3 tries',
    'password must have 12 characters',
    'the pin is 5',
    'the token is in $TOKEN2',
    'credentials are in namespace:prod1',
  ],
}

const NAME =
  '(?:pass(?:word|wd|phrase|code|wort)|pwd|pw|secret(?: key)?|token|api[ -]?key|access[ -]?key|credentials?|creds|kennwort|contraseña|mot de passe|senha|wachtwoord|hasło|heslo|пароль|密码|パスワード|비밀번호)'
const IS =
  '(?:is now|is set to|(?:was |has been |is )?(?:changed|reset|updated|rotated|set) to|is|was|are|:(?= )|->|→|equals|lautet|ist|es|est|é|to|это|是|为|は|は「|는|은|(?<= )[—-](?= ))'
const OPEN = '["\'`“‘«「]?'
const VALUE = `(${OPEN}[^\\s"'\`“”‘’«»「」]{4,200})`

const SENTENCES = [
  // The password (for …) is …
  new RegExp(
    `(?<![\\w<-])${NAME}(?:\\s(?:for|of|to|on|von|für|para|pour|del?|da|do|для|от|к)\\s[^\\n:=]{1,60}?)?\\s{0,4}${IS}\\s{0,4}${VALUE}`,
    'gid',
  ),
  // With password …, the new token …
  new RegExp(
    `(?<![\\w<-])(?:with|using|use|enter|type|try|new|temporary|default|root|admin|initial|login \\S{1,80}|mit|con|avec|com)\\s(?:the\\s|this\\s)?${NAME}\\s${VALUE}`,
    'gid',
  ),
  /(?<![\w<-])(?:credentials?|creds|log(?:ged)? ?in|sign(?:ed)? ?in|login)\b\s{0,3}(?:with|as|using|are|is|:|=)?\s{0,3}["'`]?[\w.@-]{2,60}["'`]?\s?[:/|]\s?(["'`]?[^\s"'`]{4,200})/dgi,
  // We changed the password to …
  new RegExp(
    `(?<![\\w<-])(?:changed|reset|set|updated|rotated|switched)\\s(?:\\w{1,20}\\s){0,4}${NAME}\\s(?:\\w{1,20}\\s){0,4}to\\s${VALUE}`,
    'gid',
  ),
  // (pw …), password …
  new RegExp(`(?<![\\w<-])(?:password|passwd|passphrase|pwd|pw|passwort|senha|kennwort)\\s${VALUE}`, 'gid'),
]
/** A key of no kind, when what follows can be nothing else. */
const KEY = /(?<![\w<-])key(?:\s(?:to|for|of)\s[^\n:=]{1,40}?)?\s(?:is|was):?\s([^\s"']{8,100})/dgi
const SQL = /\b(?:identified (?:with \S{1,60} )?by|password)\s{1,4}(?:password\s{1,4})?'([^'\n]{1,200})'/dgi
const PIN =
  /(?<![\w<-])(?:pin|otp|passcode|one-time (?:code|password|pin)|verification code|2fa code)\b(?:\s(?:code|for \S{1,40}))?\s{0,3}(?:is|was|:|=)\s{0,3}(\d{4,8})(?![\w.:/-])/dgi

function* findValues(text: string): Iterable<Span> {
  for (const sentence of SENTENCES) {
    for (const { indices, 0: said } of matchesOf(text, sentence)) {
      const span = unquoted(text, indices![1]!)
      if (isSecret(text, span, said)) yield span
    }
  }
  for (const { indices } of matchesOf(text, KEY)) {
    const span = unquoted(text, indices![1]!)
    const value = text.slice(...span)
    if (/[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && !NO_SECRET.test(value)) yield span
  }
  for (const { indices } of matchesOf(text, SQL)) yield indices![1]!
  for (const { indices } of matchesOf(text, PIN)) yield indices![1]!
}

/** Without the quote before it, and without what ends the sentence. */
function unquoted(text: string, [start, end]: Span): Span {
  const from = /["'`“‘«「]/.test(text[start]!) ? start + 1 : start
  const tail = /[.,;:!?)\]}]{1,6}$/.exec(text.slice(from, end))?.[0] ?? ''
  // One of them may be the secret's own last letter: only what surely ends a sentence goes.
  const closers = tail.replace(/^!+/, '')
  return [from, end - closers.length]
}

function isSecret(text: string, [start, end]: Span, said: string): boolean {
  const value = text.slice(start, end)
  if (value.length < 4 || isHarmlessValue(value, 'password') || NO_SECRET.test(value)) return false
  const isQuoted = /["'`“‘«「]/.test(text[start - 1] ?? '')
  if (isQuoted) return /^[^\s/]{6,}$/.test(value) && (/[\d\W_A-Z]/.test(value) || /pass/i.test(said))
  if (/secret|token|key|cred/i.test(said) && /^(?:[a-z]+\d?|[a-z0-9]+(?:[-.][a-z0-9]+)+)$/.test(value)) return false
  const [hasLetter, hasDigit, hasSign] = [/\p{L}/u.test(value), /\d/.test(value), /[!@#$%^&*+=?~]/.test(value)]
  return (hasLetter && hasDigit && value.length >= 6) || (hasSign && (hasLetter || hasDigit))
}

/** Numbers with a unit, times, paths, addresses, names of objects, variables. */
const NO_SECRET =
  /^(?:[\d.,:-]+(?:[a-zµ%]{1,7})?|\w{1,20}:\/\/.*|\/.*|[\w.-]+\/[\w./-]+|\$.*|<.*|\{.*|%[a-z]|[\w-]+\(.*|[\w-]+\.(?:txt|ya?ml|json|env|pem|go|ts|js|py|com|io|dev|local|svc)\b.*|v\d[\w.]*|[A-Za-z]+,?|[A-Z_]+\d?|(?:sha|md|hs|rs|es|ps|aes|utf|base|http|oauth|argon|bcrypt|pbkdf|ed|x|ipv|rc|hmac|ldap|saml|tls|k8s|s3)-?\d{1,5}\w{0,4}|\d+\/\d+|[\w.+-]+@[\w.-]+\.[a-z]{2,10}|[\w-]{1,20}=.*|namespace[:/].*|secrets?[:/].*|vault:.*)$/
