/**
 * Secrets known by the structure of an object, not by their looks: the data of a Secret, env pairs, flags in a list of
 * arguments, members with a secret's name. Answers how each member of an object or list is to be treated.
 */
import { isHarmlessValue, isSecretName } from './names.ts'
import { isLogin } from './rules/docker-auth.ts'
import { shadowOf } from './shadow.ts'

/** How a member is to be treated: walked on, walked as a Secret object, or masked whole in the name of a rule. */
export type Treatment =
  | { readonly kind: 'walk' }
  | { readonly kind: 'secret' }
  | { readonly kind: 'mask'; readonly rule: string }

const WALK: Treatment = { kind: 'walk' }
const MASK_SECRET: Treatment = { kind: 'mask', rule: 'kube-secret' }

/** Whether an object is a Kubernetes Secret, also one that lost its kind on the way. */
export function isSecretObject(object: Readonly<Record<string, unknown>>): boolean {
  if (object['kind'] !== undefined) return object['kind'] === 'Secret'
  const { type, data, stringData } = object
  return typeof type === 'string' && SECRET_TYPE.test(type) && (isObject(data) || isObject(stringData))
}

const SECRET_TYPE =
  /^(?:Opaque|kubernetes\.io\/(?:service-account-token|dockercfg|dockerconfigjson|basic-auth|ssh-auth|tls)|bootstrap\.kubernetes\.io\/token|helm\.sh\/release\.v1)$/

/** How the member `key` of an object is to be treated. `secret` says that the object is a Secret. */
export function treatMember(object: Readonly<Record<string, unknown>>, key: string, secret: boolean): Treatment {
  const value = object[key]
  if (secret && (key === 'data' || key === 'stringData')) return MASK_SECRET
  if (object['kind'] === 'SecretList' && key === 'items') return { kind: 'secret' }
  if (key === 'value' && isNamedSecret(object['name'], value)) return { kind: 'mask', rule: 'env-secret' }
  if (key === 'auth' && typeof value === 'string' && isLogin(value)) return { kind: 'mask', rule: 'docker-auth' }
  return isNamedSecret(key, value) ? { kind: 'mask', rule: 'credential' } : WALK
}

/** How an item of a list is to be treated: after `--password` stands a password. */
export function treatItem(list: readonly unknown[], index: number): Treatment {
  const flag = list[index - 1]
  const isFlag = typeof flag === 'string' && /^--?[A-Za-z][\w-]{0,80}$/.test(flag)
  return isFlag && isNamedSecret(flag.replace(/^-+/, ''), list[index]) ? { kind: 'mask', rule: 'credential' } : WALK
}

/** The annotation in which kubectl keeps a copy of the whole object. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Whether the copy can be masked value by value; one that was cut or is no Secret is masked whole. */
export function isReadableCopy(text: string): boolean {
  try {
    return (JSON.parse(text) as { kind?: unknown } | null)?.kind === 'Secret'
  } catch {
    return false
  }
}

function isNamedSecret(name: unknown, value: unknown): boolean {
  if (typeof name !== 'string' || !isSecretName(shadowOf(name).text)) return false
  if (typeof value === 'number') return /pass|pwd/i.test(name)
  return typeof value === 'string' && !isHarmlessValue(value, name)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
