/**
 * Volumes of a pod: a name each, one source each, and what the common sources must say.
 * Source: kubernetes/pkg/apis/core/validation/validation.go, ValidateVolumes, validateVolumeSource.
 */
import type { Field } from '../field.ts'
import { configMapKey, descendingPath, dnsLabel, noBacksteps } from '../formats.ts'
import { validateFieldRef, validateResourceRef } from './environment.ts'
import { validateClaimSpec } from './claims.ts'
import type { Volumes } from './mounts.ts'

/** @returns those that mounts may name */
export function validateVolumes(volumes: Field): Volumes {
  const found = new Map<string, Record<string, unknown>>()
  for (const volume of volumes.items()) {
    const before = volume.errorCount
    validateSource(volume)
    volume.at('name').requireFormat(dnsLabel)
    if (found.has(volume.value.name)) volume.at('name').duplicate()
    if (volume.errorCount === before) found.set(volume.value.name, volume.value)
  }
  return found
}

function validateSource(volume: Field): void {
  const given = Object.keys(volume.value).filter((field) => field !== 'name' && volume.at(field).isSet)
  if (given.length === 0) volume.required('must specify a volume type')
  for (const [i, kind] of given.entries()) {
    if (i > 0) volume.at(kind).forbidden('may not specify more than 1 volume type')
    else SOURCES[kind]?.(volume.at(kind))
  }
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

const SOURCES: Readonly<Record<string, (source: Field) => void>> = {
  emptyDir: (source) => source.at('sizeLimit').nonNegativeQuantity(),
  hostPath: validateHostPath,
  secret: (source) => {
    source.at('secretName').require()
    validateItems(source)
  },
  configMap: (source) => {
    source.at('name').require()
    validateItems(source)
  },
  downwardAPI: (source) => {
    validateMode(source.at('defaultMode'))
    for (const item of source.at('items').items()) validateDownward(item)
  },
  projected: validateProjected,
  persistentVolumeClaim: (source) => void source.at('claimName').require(),
  nfs: (source) => {
    source.at('server').require()
    if (source.at('path').require() && !source.value.path.startsWith('/'))
      source.at('path').invalid('must be an absolute path')
  },
  csi: (source) => void source.at('driver').require(),
  ephemeral: (source) => {
    const template = source.at('volumeClaimTemplate')
    if (template.require()) validateClaimSpec(template.at('spec'))
  },
  image: (source) => void source.at('reference').require(),
}

export function validateHostPath(source: Field): void {
  if (!source.at('path').require()) return
  source.at('path').is(noBacksteps)
  const type = source.at('type')
  if (type.isSet && !HOST_PATH_TYPES.includes(type.value)) type.notSupported(HOST_PATH_TYPES)
}

function validateItems(source: Field): void {
  validateMode(source.at('defaultMode'))
  for (const item of source.at('items').items()) {
    item.at('key').require()
    if (item.at('path').require()) item.at('path').is(descendingPath)
    validateMode(item.at('mode'))
  }
}

function validateMode(mode: Field): void {
  if (mode.isSet && (mode.value < 0 || mode.value > 0o777))
    mode.invalid('must be a number between 0 and 0777 (octal), both inclusive')
}

const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']

function validateDownward(item: Field): void {
  if (item.at('path').require()) item.at('path').is(descendingPath)
  if (item.at('fieldRef').isSet) validateFieldRef(item.at('fieldRef'), VOLUME_FIELDS)
  else if (item.at('resourceFieldRef').isSet) validateResourceRef(item.at('resourceFieldRef'), true)
  else item.at('fieldRef').required('one of fieldRef and resourceFieldRef is required')
  validateMode(item.at('mode'))
}

function validateProjected(source: Field): void {
  validateMode(source.at('defaultMode'))
  const paths = new Set<string>()
  for (const item of source.at('sources').items()) {
    for (const kind of ['secret', 'configMap']) {
      if (!item.at(kind).isSet) continue
      item.at(kind, 'name').require()
      for (const file of item.at(kind, 'items').items()) {
        file.at('key').requireFormat(configMapKey)
        if (paths.has(file.value.path)) source.invalid(`conflicting duplicate paths`, file.value.path)
        paths.add(file.value.path)
      }
    }
    for (const file of item.at('downwardAPI', 'items').items()) validateDownward(file)
    const token = item.at('serviceAccountToken')
    if (token.isSet) token.at('path').require()
    const seconds = token.at('expirationSeconds')
    if (seconds.isSet && seconds.value < 600) seconds.invalid('may not specify a duration less than 10 minutes')
  }
}
