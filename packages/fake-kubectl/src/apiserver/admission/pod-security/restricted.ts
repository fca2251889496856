/**
 * The level restricted: a pod has to give up what it does not need, in so many words.
 * Source: k8s.io/pod-security-admission/policy/check_*.go.
 */
import { BASELINE, LOOSER } from './baseline.ts'
import {
  bad,
  containersOf,
  forbiddenCapabilities,
  namesOf,
  said,
  these,
  unconfined,
  unique,
  volumesOf,
  type Check,
  type Fields,
} from './words.ts'

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

/** In the order in which their words come: first what baseline forbids, too. */
export const RESTRICTED: readonly Check[] = [
  ...BASELINE.filter((check) => !LOOSER.has(check)),
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
]
