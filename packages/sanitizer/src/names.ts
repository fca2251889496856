/**
 * Which names announce a secret, and which values after such a name are none. `DB_PASSWORD` and `clientSecret` do;
 * `secretName`, `TOKEN_PATH` and `tokenExpirationSeconds` do not: the last word decides.
 */
import { isPlaceholder } from './placeholder.ts'
import { words } from './rule.ts'

/** The last words of a name, as an expression for texts. `key` alone announces nothing. */
export const SECRET_WORDS: string = [
  'pass(?:word|wd|phrase|code|wort|ord)',
  'pwd|passwd|secret[_-]?key[_-]?base|secret|token|credentials?|creds|psk|otp|mnemonic|seed[_.-]?phrase|dsn|conn(?:ection)?[_.-]?str(?:ing)?',
  '(?:api|access|secret|private|encryption|signing|auth|master|shared|account|app(?:lication)?|storage|license|hmac|ssh|deploy|service|webhook|client|session|admin|root|data|cipher|crypto|license|tsig|registry|publish)[_.-]?key',
  'client-key-data|session[_.-]?id|jsessionid|phpsessid|sess(?:ion)?[_.-]?cookie|webhook[_.-]?url|sas[_.-]?url',
  // Disguised, and in other languages.
  'p[a@4][s5$]{2}w[o0]rd|s[e3]cr[e3]t|t[o0]k[e3]n',
  'kennwort|senha|contrase(?:n|ñ)a|mot[_ .-]?de[_ .-]?passe|mdp|wachtwoord|has(?:l|ł)o|parool|l(?:o|ö)senord|adgangskode|salasana|heslo|jelsz(?:o|ó)|parola|(?:s|ş)ifre|kata[_ ]?sandi|m(?:a|ậ)t[_ ]?kh(?:a|ẩ)u',
  'пароль|секрет|токен|ключ[_ ]?api|密码|密碼|口令|密钥|密鑰|令牌|パスワード|暗証番号|비밀번호|암호|كلمة المرور|رمز|סיסמה|पासवर्ड|รหัสผ่าน|κωδικός',
].join('|')

/** Texts without any of these hold no name of a secret. */
export const SECRET_KEYWORDS: readonly string[] = words(
  'pass|pwd|secret|token|credential|creds|key|psk|pw|otp|mnemonic|seed|dsn|conn|sessionid|session',
  'phpsessid|sess|webhook|sas|kennwort|senha|contrase|mot|mdp|wachtwoord|haslo|hasło|parool|senord',
  'adgangskode|salasana|heslo|jelsz|parola|ifre|sandi|t kh|t_kh|пароль|секрет|токен|ключ|密码|密碼|口令',
  '密钥|密鑰|令牌|パスワード|暗証番号|비밀번호|암호|كلمة|رمز|סיסמה|पासवर्ड|รหัสผ่าน|κωδικός',
)

/** What may follow such a word: which of several it is, and how it is written. */
export const STAGES =
  'base|value|plain|raw|b64|base64|old|new|prev|previous|current|prod|production|dev|staging|test|live|main|default|v\\d'

/** Whether a value under this name is a secret: `DB_PASSWORD`, `apiKey`, `--client-secret`. */
export function isSecretName(name: string): boolean {
  return ENDS_IN_SECRET.test(name) && !HARMLESS_NAME.test(name) && name !== 'PWD' && name !== 'OLDPWD'
}

const ENDS_IN_SECRET = new RegExp(`(?:${SECRET_WORDS}|(?:^|[_.-])(?:pass|pw))\\d{0,2}(?:[_-](?:${STAGES})){0,2}$`, 'i')

// A page token leads to the next page; PWD is the working directory.
const HARMLESS_NAME =
  /(?:page|continue|next|cancellation|cancel|sync|delta)[_.-]?token$|(?:public|partition|sort|primary|foreign)[_.-]?(?:access[_.-]?)?key$/i

/**
 * Whether a value under a secret's name is no secret: empty, a reference, a variable, a switch, a placeholder, a path.
 *
 * @param name the name it stands under: `existingSecret: db-credentials` refers to a Secret by name
 */
export function isHarmlessValue(value: string, name: string): boolean {
  if (isPlaceholder(value) || HARMLESS_VALUE.test(value)) return true
  // ExternalSecrets name the key of a Secret so.
  if (name.endsWith('secretKey') && /^[a-z]+(?:[._-][a-z]+){0,5}$/i.test(value)) return true
  if (/pwd$/i.test(name) && value.startsWith('/')) return true
  return /secret$/i.test(name) && !HOLDS_A_SECRET.test(name) && REFERENCE.test(value)
}

const HARMLESS_VALUE = new RegExp(
  [
    String.raw`^[\s*.xX•-]*$`, // nothing, or masked already
    String.raw`^(?:null|nil|none|true|false|undefined|\[?redacted\]?|\{\}|\[\])$`,
    String.raw`^<[a-z][a-z _-]{0,60}>$`, // <none>, <your password>
    String.raw`^<(?:set to the key|none|unset|nil|withheld|redacted)\b`,
    String.raw`^\$(?:\w{1,80}|\(\w{1,80}\)|\{[^{}\s]{1,80}\})$`, // $NAME, $(NAME), ${NAME}
    String.raw`^\$\(`, // $(cat FILE), whose end may be cut
    String.raw`^\.{1,2}/[\w./-]{1,200}$`,
    String.raw`^\{\{.{0,200}\}\}$`, // {{ .Values.password }}
    String.raw`^/(?:var|etc|run|home|mnt|opt|tmp|usr|app|secrets?|vault|root)(?:/[\w.-]{1,80}){1,20}$`,
  ].join('|'),
  'i',
)

const HOLDS_A_SECRET = /(?:client|app|consumer|oauth2?|shared|webhook|signing|hmac|jwt|session|cookie)[_.-]?secret$/i
const REFERENCE = /^(?:[a-z]{1,20}|[a-z0-9]{1,8})(?:[-./](?:[a-z]{1,20}|[a-z0-9]{1,8})){1,10}$/
