/** Security contexts of pods and containers. Source: core/validation/validation.go, ValidateSecurityContext, validatePodSpecSecurityContext. */
import type { Field } from '../field.ts'
import { descendingPath } from '../formats.ts'

const MAX_ID = 2 ** 31 - 1
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']

export function validatePodSecurityContext(context: Field, spec: Field): void {
  if (!context.isSet) return
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup']) context.at(field).inRange(0, MAX_ID)
  for (const group of context.at('supplementalGroups').items()) group.inRange(0, MAX_ID)
  if (spec.value.shareProcessNamespace && spec.value.hostPID)
    context.at('shareProcessNamespace').with(true).invalid('ShareProcessNamespace and HostPID cannot both be enabled')
  validateSysctls(context.at('sysctls'))
  context.at('fsGroupChangePolicy').oneOf(['Always', 'OnRootMismatch'])
  validateProfile(context.at('seccompProfile'), 'seccomp')
  validateProfile(context.at('appArmorProfile'), 'AppArmor')
  context.at('supplementalGroupsPolicy').oneOf(['Merge', 'Strict'])
}

export function validateSecurityContext(context: Field): void {
  if (!context.isSet) return
  const { privileged, allowPrivilegeEscalation, capabilities } = context.value
  for (const field of ['runAsUser', 'runAsGroup']) context.at(field).inRange(0, MAX_ID)
  context.at('procMount').oneOf(['Default', 'Unmasked'])
  validateProfile(context.at('seccompProfile'), 'seccomp')
  if (allowPrivilegeEscalation === false) {
    if (privileged) context.invalid('cannot set `allowPrivilegeEscalation` to false and `privileged` to true')
    if (capabilities?.add?.some((it: string) => ['CAP_SYS_ADMIN', 'SYS_ADMIN'].includes(it)))
      context.invalid('cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')
  }
  validateProfile(context.at('appArmorProfile'), 'AppArmor')
}

function validateProfile(profile: Field, what: 'seccomp' | 'AppArmor'): void {
  if (!profile.isSet) return
  const [type, file] = [profile.at('type'), profile.at('localhostProfile')]
  if (type.isEmpty)
    type.required(`type is required when ${what === 'seccomp' ? 'seccompProfile' : 'appArmorProfile'} is set`)
  else type.oneOf(PROFILES)
  if (type.value !== 'Localhost') {
    if (file.isSet) file.invalid(`can only be set when ${what} type is Localhost`)
  } else if (!file.isSet) file.required(`must be set when ${what} type is Localhost`)
  else if (what === 'seccomp') file.is(descendingPath)
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/

function validateSysctls(sysctls: Field): void {
  const names = new Set<string>()
  for (const item of sysctls.items()) {
    const name = item.at('name')
    if (name.isEmpty) name.required()
    else if (name.value.length > 253 || !SYSCTL.test(name.value))
      name.invalid(
        String.raw`must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`,
      )
    else if (names.has(name.value)) name.duplicate()
    names.add(name.value)
  }
}
