/** Environment variables as Kubernetes writes them, `name` and `value` side by side, in YAML or JSON text, in either order. */
import { isHarmlessValue, isSecretName, SECRET_KEYWORDS } from '../names.ts'
import { matchesOf, type Rule, type Span } from '../rule.ts'
import { readValue } from '../value.ts'

export const envSecret: Rule = {
  id: 'env-secret',
  keywords: SECRET_KEYWORDS,
  find: findValues,
  finds: [
    `- name: DB_PASSWORD\n  value: ${'hunter2'}`,
    `- value: '${'hunter2'}'\n  name: DB_PASSWORD`,
    `{"name":"API_TOKEN","value":"${'abc'}"}`,
    `{\n  "value": "${'abc'}",\n  "name": "API_TOKEN"\n}`,
    `{\\"name\\":\\"API_TOKEN\\",\\"value\\":\\"${'abc'}\\"}`,
  ],
  ignores: [
    '- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: { name: db, key: password }',
    '- name: DB_HOST\n  value: db',
    '- name: DB_PASSWORD\n  value: ""',
    '- name: DB_PASSWORD\n  value: $(OTHER)',
    '- name: TOKEN_PATH\n  value: /x',
  ],
}

function* findValues(text: string): Iterable<Span> {
  for (const match of matchesOf(text, NAME_FIRST)) {
    yield* secretValue(text, match[1]!, readValue(text, match.index + match[0].length))
  }
  for (const match of matchesOf(text, VALUE_FIRST)) {
    const span = readValue(text, match.index + match[0].length)
    NAME_NEXT.lastIndex = span[1]
    yield* secretValue(text, NAME_NEXT.exec(text)?.[1] ?? '', span)
  }
}

const Q = String.raw`\\{0,3}["']?`
const SEPARATOR = String.raw`${Q}[ \t]{0,8}:[ \t]{0,8}`
const BETWEEN = String.raw`${Q},?(?:\s|\\n){0,60}${Q}`
const NAME_FIRST = new RegExp(String.raw`\bname${SEPARATOR}${Q}([\w.-]{1,80})${BETWEEN}value${SEPARATOR}`, 'g')
const VALUE_FIRST = new RegExp(String.raw`\bvalue${SEPARATOR}`, 'g')
const NAME_NEXT = new RegExp(String.raw`${BETWEEN}name${SEPARATOR}${Q}([\w.-]{1,80})`, 'y')

function* secretValue(text: string, name: string, [start, end]: Span): Iterable<Span> {
  if (end > start && isSecretName(name) && !isHarmlessValue(text.slice(start, end), name)) yield [start, end]
}
