/** ConfigMaps and Secrets. Source: kubernetes/pkg/apis/core/validation/validation.go, ValidateConfigMap, ValidateSecret. */
import { equal, type KubeObject } from '../../../api/meta.ts'
import type { Field } from '../field.ts'
import { configMapKey } from '../formats.ts'
import type { Rules } from '../rules.ts'

const LIMIT_BYTES = 1024 * 1024

export const configMaps: Rules = {
  validate(map) {
    const binary = map.at('binaryData')
    let size = 0
    for (const [key, value] of map.at('data').entries()) {
      for (const why of configMapKey(key)) value.invalid(why, key)
      if (Object.hasOwn(binary.value ?? {}, key)) value.invalid('duplicate of key present in binaryData', key)
      size += new TextEncoder().encode(value.value).length
    }
    for (const [key, value] of binary.entries()) {
      for (const why of configMapKey(key)) value.invalid(why, key)
      size += decodedLength(value.value)
    }
    if (size > LIMIT_BYTES) map.key('').tooLong(LIMIT_BYTES)
  },
  validateUpdate: (map, previous) => validateImmutable(map, previous, ['data', 'binaryData']),
}

export const secrets: Rules = {
  validate(secret) {
    const data = secret.at('data')
    let size = 0
    for (const [key, value] of data.entries()) {
      for (const why of configMapKey(key)) value.invalid(why, key)
      size += decodedLength(value.value)
    }
    if (size > LIMIT_BYTES) data.tooLong(LIMIT_BYTES)
    TYPES[secret.value.type]?.(data, secret)
  },
  validateUpdate(secret, previous) {
    if (secret.value.type !== previous['type']) secret.at('type').invalid('field is immutable')
    validateImmutable(secret, previous, ['data'])
  },
}

/** What a Secret of a type must hold. */
const TYPES: Readonly<Record<string, (data: Field, secret: Field) => void>> = {
  'kubernetes.io/service-account-token': (_data, secret) =>
    void secret.at('metadata', 'annotations').key('kubernetes.io/service-account.name').require(),
  'kubernetes.io/dockercfg': (data) => validateJson(data.key('.dockercfg')),
  'kubernetes.io/dockerconfigjson': (data) => validateJson(data.key('.dockerconfigjson')),
  'kubernetes.io/basic-auth': (data) => {
    if (data.key('username').isSet || data.key('password').isSet) return
    data.key('username').required()
    data.key('password').required()
  },
  'kubernetes.io/ssh-auth': (data) => void data.key('ssh-privatekey').require(),
  'kubernetes.io/tls': (data) => {
    for (const key of ['tls.crt', 'tls.key']) if (!data.key(key).isSet) data.key(key).required()
  },
}

function validateJson(config: Field): void {
  if (!config.isSet) return config.required()
  try {
    JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(config.value), (it) => it.charCodeAt(0))))
  } catch {
    config.invalid('invalid character in JSON', '<secret contents redacted>')
  }
}

function validateImmutable(object: Field, previous: KubeObject, fields: readonly string[]): void {
  if (previous['immutable'] !== true) return
  const why = 'field is immutable when `immutable` is set'
  if (object.value.immutable !== true) object.at('immutable').forbidden(why)
  for (const field of fields)
    if (!equal(object.value[field] ?? {}, previous[field] ?? {})) object.at(field).forbidden(why)
}

function decodedLength(base64: string): number {
  return Math.floor((base64.length * 3) / 4) - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
}
