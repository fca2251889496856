/**
 * What the server accepts but warns of, by kind: old ways, and settings that will surprise.
 * Source: the strategies' WarningsOnCreate and WarningsOnUpdate in kubernetes/pkg/registry; pkg/api/*\/warnings.go.
 */
import type { ResourceType } from '../../api/kinds/row.ts'
import { at, equal, type KubeObject } from '../../api/meta.ts'
import { nameErrors } from '../../api/names.ts'
import { fractionWarnings, podWarnings } from './pod.ts'
import { serviceWarnings } from './service.ts'

/** @param previous of an update, the object before it */
export function warningsOf({ storage }: ResourceType, object: KubeObject, previous?: KubeObject): string[] {
  const path = TEMPLATES[storage]
  // People change templates, pods are changed by machines: those are looked at when they are made.
  if (path) return previous ? changedTemplate(object, previous, path) : newTemplate(object, path)
  if (storage === 'services') return serviceWarnings(object)
  return previous ? [] : (ON_CREATE[storage]?.(object) ?? [])
}

/** Where a workload has its pod template. */
const TEMPLATES: Readonly<Record<string, string>> = {
  'cronjobs.batch': 'spec.jobTemplate.spec.template',
  'daemonsets.apps': 'spec.template',
  'deployments.apps': 'spec.template',
  'jobs.batch': 'spec.template',
  'replicasets.apps': 'spec.template',
  replicationcontrollers: 'spec.template',
  'statefulsets.apps': 'spec.template',
}

function newTemplate(object: KubeObject, path: string): string[] {
  const wrong = nameErrors(object.metadata.name, 'label')
  const name = `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`
  return [...(wrong.length > 0 ? [name] : []), ...podWarnings(at(object, path), path)]
}

function changedTemplate(object: KubeObject, previous: KubeObject, path: string): string[] {
  return equal(object['spec'], previous['spec']) ? [] : podWarnings(at(object, path), path)
}

const INGRESS_CLASS = 'kubernetes.io/ingress.class'
const MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets'

const ON_CREATE: Readonly<Record<string, (object: KubeObject) => string[]>> = {
  pods: (pod) => podWarnings(pod, ''),
  podtemplates: (it) => podWarnings(it['template'], 'template'),
  persistentvolumeclaims: (claim) => fractionWarnings(at(claim, 'spec.resources'), 'spec.resources', ['storage']),
  serviceaccounts: ({ metadata }) =>
    metadata.annotations?.[MOUNTABLE_SECRETS] === undefined
      ? []
      : [
          `metadata.annotations[${MOUNTABLE_SECRETS}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ],
  'ingresses.networking.k8s.io': ({ metadata, spec }) =>
    metadata.annotations?.[INGRESS_CLASS] === undefined || at(spec, 'ingressClassName') !== undefined
      ? []
      : [`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`],
}
