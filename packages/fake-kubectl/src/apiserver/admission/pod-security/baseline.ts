/**
 * The level baseline: what no ordinary pod asks for, and what would let one out of its container.
 * Source: k8s.io/pod-security-admission/policy/check_*.go.
 */
import {
  bad,
  containersOf,
  forbiddenCapabilities,
  namesOf,
  quoted,
  said,
  these,
  unconfined,
  unique,
  volumesOf,
  type Check,
  type Fields,
  type Named,
} from './words.ts'

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

const capabilitiesBaseline: Check = (pod) =>
  said('non-default capabilities', [forbiddenCapabilities(pod, CAPABILITIES)])

const hostNamespaces: Check = ({ spec }) =>
  said(
    'host namespaces',
    ['hostNetwork', 'hostPID', 'hostIPC'].map((field) => (spec[field] === true ? `${field}=true` : undefined)),
    ', ',
  )

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

/** In the order in which their words come. */
export const BASELINE: readonly Check[] = [
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
]

/** In their place restricted has stricter ones. */
export const LOOSER: ReadonlySet<Check> = new Set([capabilitiesBaseline, hostPathVolumes, seccompBaseline])
