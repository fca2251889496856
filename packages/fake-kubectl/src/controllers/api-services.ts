/**
 * An APIService for each group and version the server has: its own, and those that definitions of custom resources add.
 * Nothing is aggregated; where the cluster has metrics, they look as if a metrics server were there.
 * Source: kube-aggregator/pkg/controllers/autoregister; kubernetes/pkg/controlplane/controller/crdregistration.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { formatTime, type Fields, type KubeObject } from '../api/meta.ts'
import { groupPriority, type ApiGroup } from '../api/registry.ts'
import { create } from '../apiserver/admission/admit.ts'
import type { Recorder } from './events.ts'

const API_SERVICES = builtIn('apiservices.apiregistration.k8s.io')
const MANAGED = 'kube-aggregator.kubernetes.io/automanaged'

/** Adds what is missing and takes away what is no longer served. */
export function syncApiServices(server: Recorder, creationTimestamp: string = formatTime(server.clock.now())): void {
  const { store, kinds } = server
  const wanted = kinds.groups.flatMap((group) => servicesOf(kinds, group, creationTimestamp))
  const names = new Set(wanted.map(({ metadata }) => metadata.name))
  for (const { metadata } of store.list(API_SERVICES)) {
    const isOurs = metadata.labels?.[MANAGED] !== undefined
    if (isOurs && !names.has(metadata.name)) store.delete(API_SERVICES, '', metadata.name)
  }
  for (const service of wanted) {
    if (store.find(API_SERVICES, '', service.metadata.name)) continue
    store.create(API_SERVICES, { ...create(server, API_SERVICES, service), status: service['status'] })
  }
}

function servicesOf(kinds: Recorder['kinds'], group: ApiGroup, creationTimestamp: string): KubeObject[] {
  const { name, versions } = group
  const isCustom = kinds.all.some((row) => row.group === name && row.custom)
  return versions.map((version, i) => {
    const isMetrics = name === 'metrics.k8s.io'
    const labels = isMetrics ? {} : { labels: { [MANAGED]: isCustom ? 'true' : 'onstart' } }
    return {
      metadata: { name: `${version}.${name}`, creationTimestamp, ...labels },
      spec: {
        ...(name && { group: name }),
        version,
        groupPriorityMinimum: groupPriority(name),
        versionPriority: isCustom || isMetrics ? CUSTOM : ownPriority(name, versions.length - i),
        ...(isMetrics && METRICS_SERVER),
      },
      status: { conditions: [available(isMetrics, creationTimestamp)] },
    }
  })
}

const CUSTOM = 100

/** The core group's is 1; others count up from 15, the preferred version's being the greatest. */
function ownPriority(group: string, rank: number): number {
  return group === '' ? 1 : 15 * rank
}

const METRICS_SERVER: Fields = {
  insecureSkipTLSVerify: true,
  service: { name: 'metrics-server', namespace: 'kube-system', port: 443 },
}

function available(isMetrics: boolean, lastTransitionTime: string): Fields {
  const why = isMetrics
    ? { reason: 'Passed', message: 'all checks passed' }
    : { reason: 'Local', message: 'Local APIServices are always available' }
  return { type: 'Available', status: 'True', lastTransitionTime, ...why }
}
