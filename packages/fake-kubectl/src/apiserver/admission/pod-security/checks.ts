/**
 * The Pod Security Standards: what a pod of each level must not ask for, and what it must, in the words of the real checks.
 * Source: k8s.io/pod-security-admission/policy; kubernetes.io, "Pod Security Standards".
 */
import type { Container, PodSpec } from '../../../api/types.ts'

export type Level = 'privileged' | 'baseline' | 'restricted'

/** What is wrong: `privileged (container "a" must not set …)`; undefined when nothing is. */
export type Check = (pod: Subject) => string | undefined

type Fields = Readonly<Record<string, any>>
export type Subject = { readonly spec: PodSpec & Fields }

type Named = Container & { readonly name: string; readonly securityContext?: Fields }

function containersOf({ spec }: Subject): Named[] {
  return [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...((spec['ephemeralContainers'] ?? []) as Container[]),
  ] as Named[]
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ')
}

/** `container "a"`, `containers "a", "b"`. */
function these(word: string, names: readonly string[]): string {
  return `${word}${names.length === 1 ? '' : 's'} ${quoted(names)}`
}

function namesOf(containers: readonly Named[]): string[] {
  return containers.map(({ name }) => name)
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

/** A reason, and its details; nothing when there are no details. */
function said(reason: string, details: readonly (string | undefined)[], joint = '; '): string | undefined {
  const found = details.filter((detail) => detail !== undefined)
  return found.length > 0 ? `${reason} (${found.join(joint)})` : undefined
}

/** Of containers of which something holds. */
function bad(
  pod: Subject,
  is: (context: Fields, container: Named) => boolean,
  text: (names: string) => string,
): string | undefined {
  const found = containersOf(pod).filter((container) => is(container.securityContext ?? {}, container))
  return found.length > 0 ? text(these('container', namesOf(found))) : undefined
}

const CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

function added(container: Named): string[] {
  return (container.securityContext?.['capabilities']?.add ?? []) as string[]
}

function forbiddenCapabilities(pod: Subject, allowed: ReadonlySet<string>): string | undefined {
  const adding = containersOf(pod).filter((container) => added(container).some((it) => !allowed.has(it)))
  if (adding.length === 0) return undefined
  const names = unique(adding.flatMap((container) => added(container).filter((it) => !allowed.has(it))))
  return `${these('container', namesOf(adding))} must not include ${quoted(names)} in securityContext.capabilities.add`
}

const capabilitiesBaseline: Check = (pod) =>
  said('non-default capabilities', [forbiddenCapabilities(pod, CAPABILITIES)])

const hostNamespaces: Check = ({ spec }) =>
  said(
    'host namespaces',
    ['hostNetwork', 'hostPID', 'hostIPC'].map((field) => (spec[field] === true ? `${field}=true` : undefined)),
    ', ',
  )

function volumesOf({ spec }: Subject): { name: string; [source: string]: unknown }[] {
  return (spec['volumes'] ?? []) as { name: string }[]
}

const hostPathVolumes: Check = (pod) => {
  const found = volumesOf(pod).filter((volume) => volume['hostPath'] !== undefined)
  return found.length > 0
    ? said('hostPath volumes', [
        these(
          'volume',
          found.map(({ name }) => name),
        ),
      ])
    : undefined
}

const hostPorts: Check = (pod) => {
  const portsOf = (it: Named): number[] =>
    ((it['ports'] ?? []) as { hostPort?: number }[]).flatMap(({ hostPort }) => (hostPort ? [hostPort] : []))
  const found = containersOf(pod).filter((container) => portsOf(container).length > 0)
  if (found.length === 0) return undefined
  const ports = [...new Set(found.flatMap(portsOf))].sort((a, b) => a - b)
  const [verb, noun] = [found.length === 1 ? 'uses' : 'use', ports.length === 1 ? 'hostPort' : 'hostPorts']
  return said('hostPort', [`${these('container', namesOf(found))} ${verb} ${noun} ${ports.join(', ')}`])
}

const privileged: Check = (pod) =>
  said('privileged', [
    bad(
      pod,
      (context) => context['privileged'] === true,
      (names) => `${names} must not set securityContext.privileged=true`,
    ),
  ])

const procMount: Check = (pod) =>
  said('procMount', [
    bad(
      pod,
      (context) => context['procMount'] !== undefined && context['procMount'] !== 'Default',
      (names) => `${names} must not set securityContext.procMount to "Unmasked"`,
    ),
  ])

const SELINUX_TYPES: ReadonlySet<string> = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
])

const seLinuxOptions: Check = (pod) => {
  const isBad = ({ seLinuxOptions: options }: Fields): boolean =>
    options !== undefined && (!SELINUX_TYPES.has(options.type ?? '') || Boolean(options.user) || Boolean(options.role))
  const ofPod = isBad(pod.spec['securityContext'] ?? {}) ? ['pod'] : []
  const found = containersOf(pod).filter((container) => isBad(container.securityContext ?? {}))
  const setters = [...ofPod, ...(found.length > 0 ? [these('container', namesOf(found))] : [])]
  if (setters.length === 0) return undefined
  const options = [pod.spec['securityContext'] ?? {}, ...found.map((it) => it.securityContext ?? {})].flatMap(
    ({ seLinuxOptions: it }: Fields) => (it === undefined ? [] : [it as Fields]),
  )
  const types = unique(options.map(({ type = '' }) => type as string).filter((type) => !SELINUX_TYPES.has(type)))
  const details = [
    types.length > 0 ? `${types.length === 1 ? 'type' : 'types'} ${quoted(types)}` : undefined,
    options.some(({ user }) => user) ? 'user may not be set' : undefined,
    options.some(({ role }) => role) ? 'role may not be set' : undefined,
  ]
  return said('seLinuxOptions', [
    `${setters.join(' and ')} set forbidden securityContext.seLinuxOptions: ${details.filter(Boolean).join('; ')}`,
  ])
}

function unconfined(pod: Subject, field: 'seccompProfile' | 'appArmorProfile'): (string | undefined)[] {
  const isBad = (context: Fields): boolean => context[field]?.type === 'Unconfined'
  const text = `must not set securityContext.${field}.type to "Unconfined"`
  return [
    isBad(pod.spec['securityContext'] ?? {}) ? `pod ${text}` : undefined,
    bad(pod, isBad, (names) => `${names} ${text}`),
  ]
}

const appArmorProfile: Check = (pod) => said('forbidden AppArmor profile', unconfined(pod, 'appArmorProfile'), ' and ')
const seccompBaseline: Check = (pod) => said('seccompProfile', unconfined(pod, 'seccompProfile'), ' and ')

const SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
])

const sysctls: Check = ({ spec }) => {
  const names = ((spec['securityContext']?.sysctls ?? []) as { name: string }[]).map(({ name }) => name)
  return said(
    'forbidden sysctls',
    names.filter((name) => !SYSCTLS.has(name)),
    ', ',
  )
}

const hostProcess: Check = (pod) => {
  const isBad = (context: Fields): boolean => context['windowsOptions']?.hostProcess === true
  const text = 'must not set securityContext.windowsOptions.hostProcess=true'
  return said(
    'hostProcess',
    [
      isBad(pod.spec['securityContext'] ?? {}) ? `pod ${text}` : undefined,
      bad(pod, isBad, (names) => `${names} ${text}`),
    ],
    ' and ',
  )
}

const allowPrivilegeEscalation: Check = (pod) =>
  said('allowPrivilegeEscalation != false', [
    bad(
      pod,
      (context) => context['allowPrivilegeEscalation'] !== false,
      (names) => `${names} must set securityContext.allowPrivilegeEscalation=false`,
    ),
  ])

const capabilitiesRestricted: Check = (pod) =>
  said('unrestricted capabilities', [
    bad(
      pod,
      (context) => !((context['capabilities']?.drop ?? []) as string[]).includes('ALL'),
      (names) => `${names} must set securityContext.capabilities.drop=["ALL"]`,
    ),
    forbiddenCapabilities(pod, new Set(['NET_BIND_SERVICE'])),
  ])

const VOLUME_TYPES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
])

const restrictedVolumes: Check = (pod) => {
  const typeOf = ({ name: _name, ...sources }: { name: string }): string => Object.keys(sources)[0] ?? 'unknown'
  const found = volumesOf(pod).filter((volume) => !VOLUME_TYPES.has(typeOf(volume)))
  if (found.length === 0) return undefined
  const types = unique(found.map(typeOf))
  const verb = found.length === 1 ? 'uses' : 'use'
  return said('restricted volume types', [
    `${these(
      'volume',
      found.map(({ name }) => name),
    )} ${verb} ${these('restricted volume type', types)}`,
  ])
}

const runAsNonRoot: Check = (pod) => {
  const ofPod = (pod.spec['securityContext'] ?? {})['runAsNonRoot'] as boolean | undefined
  const explicit = bad(
    pod,
    (context) => context['runAsNonRoot'] === false,
    (names) => `${names} must not set securityContext.runAsNonRoot=false`,
  )
  const silent = containersOf(pod).filter(({ securityContext }) => securityContext?.['runAsNonRoot'] === undefined)
  const isLeft = silent.length > 0 && ofPod === undefined
  return said(
    'runAsNonRoot != true',
    [
      ofPod === false ? 'pod must not set securityContext.runAsNonRoot=false' : undefined,
      explicit,
      isLeft ? `pod or ${these('container', namesOf(silent))} must set securityContext.runAsNonRoot=true` : undefined,
    ],
    ' and ',
  )
}

const runAsUser: Check = (pod) =>
  said(
    'runAsUser=0',
    [
      pod.spec['securityContext']?.runAsUser === 0 ? 'pod must not set runAsUser=0' : undefined,
      bad(
        pod,
        (context) => context['runAsUser'] === 0,
        (names) => `${names} must not set runAsUser=0`,
      ),
    ],
    ' and ',
  )

const seccompRestricted: Check = (pod) => {
  const isSet = (context: Fields = {}): boolean => context['seccompProfile']?.type !== undefined
  const silent = containersOf(pod).filter(({ securityContext }) => !isSet(securityContext))
  const isLeft = silent.length > 0 && !isSet(pod.spec['securityContext'])
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
  return said(
    'seccompProfile',
    [
      ...unconfined(pod, 'seccompProfile'),
      isLeft ? `pod or ${these('container', namesOf(silent))} ${must}` : undefined,
    ],
    ' and ',
  )
}

const BOTH: readonly Check[] = [
  appArmorProfile,
  hostNamespaces,
  hostPorts,
  privileged,
  procMount,
  seLinuxOptions,
  sysctls,
  hostProcess,
]

/** Those of a level, in the order in which their words come. */
export const CHECKS: Readonly<Record<Level, readonly Check[]>> = {
  privileged: [],
  baseline: [
    appArmorProfile,
    capabilitiesBaseline,
    hostNamespaces,
    hostPathVolumes,
    hostPorts,
    privileged,
    procMount,
    seLinuxOptions,
    seccompBaseline,
    sysctls,
    hostProcess,
  ],
  restricted: [
    ...BOTH,
    allowPrivilegeEscalation,
    capabilitiesRestricted,
    restrictedVolumes,
    runAsNonRoot,
    runAsUser,
    seccompRestricted,
  ],
}
