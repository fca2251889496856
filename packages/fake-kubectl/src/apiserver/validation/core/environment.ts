/** Environment variables and where their values come from. Source: core/validation/validation.go, ValidateEnv, ValidateEnvFrom. */
import { parseQuantity } from '../../../api/quantity.ts'
import type { Field } from '../field.ts'
import { configMapKey, dnsSubdomain, envName, labelKey } from '../formats.ts'

const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

export function validateEnv(env: Field): void {
  for (const variable of env.items()) {
    variable.at('name').requireFormat(envName)
    if (variable.at('valueFrom').isSet) validateSource(variable)
  }
}

const SOURCES: Readonly<Record<string, (source: Field) => void>> = {
  fieldRef: (source) => validateFieldRef(source, FIELDS),
  resourceFieldRef: (source) => validateResourceRef(source, false),
  configMapKeyRef: validateKeyRef,
  secretKeyRef: validateKeyRef,
  fileKeyRef: (source) => void source.at('key').require(),
}

function validateSource(variable: Field): void {
  const from = variable.at('valueFrom')
  const given = Object.keys(SOURCES).filter((name) => from.at(name).isSet)
  for (const name of given) SOURCES[name]!(from.at(name))
  if (given.length === 0)
    from.invalid(
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      '',
    )
  else if (!variable.at('value').isEmpty) from.invalid('may not be specified when `value` is not empty', '')
  else if (given.length > 1) from.invalid('may not have more than one field specified at a time', '')
}

export function validateFieldRef(ref: Field, fields: readonly string[]): void {
  const path = ref.at('fieldPath')
  if (!ref.at('apiVersion').require() || !path.require()) return
  const [, base, key] = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(path.value) ?? []
  if (key !== undefined) {
    for (const why of labelKey(base === 'metadata.annotations' ? key.toLowerCase() : key)) ref.invalid(why, key)
  } else if (!KNOWN.has(path.value))
    path.invalid(`error converting fieldPath: field label not supported: ${path.value}`)
  else if (!fields.includes(path.value)) path.notSupported(fields)
}

const KNOWN = new Set([
  ...FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
])

export function validateResourceRef(ref: Field, isVolume: boolean): void {
  const resource = ref.at('resource')
  if (isVolume && ref.at('containerName').isEmpty) ref.at('containerName').required()
  else if (
    resource.require() &&
    !RESOURCES.includes(resource.value) &&
    !/^(requests|limits)\.hugepages-/.test(resource.value)
  )
    resource.notSupported(RESOURCES)
  validateDivisor(ref.at('divisor'), String(resource.value ?? ''))
}

function validateDivisor(divisor: Field, resource: string): void {
  if (!divisor.isSet || parseQuantity(divisor.value) === 0) return
  const kind = /\.(cpu|memory|ephemeral-storage|hugepages)/.exec(resource)?.[1]
  if (kind === 'cpu') {
    if (!['1', '1m'].includes(divisor.value))
      divisor.invalid("only divisor's values 1m and 1 are supported with the cpu resource", resource)
  } else if (kind !== undefined && !SIZES.includes(divisor.value)) {
    const what = kind === 'ephemeral-storage' ? 'local ephemeral storage' : kind
    divisor.invalid(`only divisor's values ${SIZES.join(', ')} are supported with the ${what} resource`, resource)
  }
}

function validateKeyRef(ref: Field): void {
  ref.at('name').is(dnsSubdomain)
  ref.at('key').requireFormat(configMapKey)
}

export function validateEnvFrom(sources: Field): void {
  for (const source of sources.items()) {
    source.at('prefix').optionalFormat(envName)
    const given = ['configMapRef', 'secretRef'].filter((name) => source.at(name).isSet)
    for (const name of given) source.at(name, 'name').requireFormat(dnsSubdomain)
    if (given.length === 0) sources.invalid('must specify one of: `configMapRef` or `secretRef`', '')
    else if (given.length > 1) sources.invalid('may not have more than one field specified at a time', '')
  }
}
