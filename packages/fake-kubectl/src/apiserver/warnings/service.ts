/** What the server warns of in Services. Source: kubernetes/pkg/api/service/warnings.go. */
import { own, type KubeObject } from '../../api/meta.ts'

export function serviceWarnings({ metadata, spec }: KubeObject): string[] {
  const {
    type,
    clusterIP,
    externalIPs = [],
    externalName,
    loadBalancerIP,
    sessionAffinity,
    trafficDistribution,
  } = (spec ?? {}) as ServiceSpec
  const isHeadless = type === 'ClusterIP' && clusterIP === 'None'
  const isExternal = type === 'ExternalName'
  const hasExternalIPs = externalIPs.length > 0
  const found: [boolean, string][] = [
    [
      own(metadata.annotations, HINTS) !== undefined,
      `annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    ],
    [isHeadless && Boolean(loadBalancerIP), 'spec.loadBalancerIP is ignored for headless services'],
    [isHeadless && hasExternalIPs, 'spec.externalIPs is ignored for headless services'],
    [isHeadless && sessionAffinity !== 'None', 'spec.SessionAffinity is ignored for headless services'],
    [
      hasExternalIPs && !isHeadless && !isExternal,
      'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    ],
    [isExternal && hasExternalIPs, 'spec.externalIPs is ignored when spec.type is "ExternalName"'],
    [!isExternal && Boolean(externalName), 'spec.externalName is ignored when spec.type is not "ExternalName"'],
    [
      trafficDistribution === 'PreferClose',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ],
  ]
  return found.filter(([is]) => is).map(([, text]) => text)
}

const HINTS = 'service.kubernetes.io/topology-aware-hints'

type ServiceSpec = {
  type?: string
  clusterIP?: string
  externalIPs?: readonly string[]
  externalName?: string
  loadBalancerIP?: string
  sessionAffinity?: string
  trafficDistribution?: string
}
