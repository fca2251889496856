/** Where containers mount the volumes of their pod. Source: core/validation/validation.go, ValidateVolumeMounts, ValidateVolumeDevices. */
import type { Field } from '../field.ts'
import { descendingPath, noBacksteps } from '../formats.ts'

/** The pod's volumes by name, those that are well-formed. */
export type Volumes = ReadonlyMap<string, Readonly<Record<string, unknown>>>

export function validateMounts(container: Field, volumes: Volumes): void {
  const [mounts, devices] = [container.at('volumeMounts'), container.at('volumeDevices')]
  const paths = new Set<string>()
  for (const mount of mounts.items()) {
    const [name, path] = [mount.at('name'), mount.at('mountPath')]
    name.require()
    if (!volumes.has(name.value)) name.with(name.value ?? '').notFound()
    path.require()
    if (paths.has(path.value)) path.invalid('must be unique')
    paths.add(path.value)
    if (has(devices, 'name', name.value)) name.invalid('must not already exist in volumeDevices')
    validateSubPath(mount, mounts)
  }
  validateDevices(devices, mounts, volumes)
}

function validateSubPath(mount: Field, mounts: Field): void {
  const [subPath, subPathExpr] = [mount.at('subPath'), mount.at('subPathExpr')]
  if (!subPath.isEmpty) mounts.at('subPath').with(subPath.value).is(descendingPath)
  if (subPathExpr.isEmpty) return
  if (!subPath.isEmpty) subPathExpr.invalid('subPathExpr and subPath are mutually exclusive')
  mounts.at('subPathExpr').with(subPathExpr.value).is(descendingPath)
}

function validateDevices(devices: Field, mounts: Field, volumes: Volumes): void {
  const names = new Set<string>()
  for (const device of devices.items()) {
    const [name, path] = [device.at('name'), device.at('devicePath')]
    name.require()
    if (names.has(name.value)) name.invalid('must be unique')
    names.add(name.value)
    const volume = volumes.get(name.value)
    if (!volume) name.notFound()
    else if (!('persistentVolumeClaim' in volume) && !('ephemeral' in volume)) name.invalid(NO_BLOCKS)
    path.require()
    if (noBacksteps(String(path.value ?? '')).length > 0) path.invalid("can not contain backsteps ('..')")
    if (has(mounts, 'name', name.value)) name.invalid('must not already exist in volumeMounts')
  }
}

const NO_BLOCKS = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'

function has(list: Field, field: string, value: unknown): boolean {
  return list.items().some((item) => item.value[field] === value)
}
