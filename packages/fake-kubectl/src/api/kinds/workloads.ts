/** What runs pods: the groups apps, batch, autoscaling and policy. Source: api/discovery/apis__{apps,batch,autoscaling,policy}. */
import { rowsOf, SCALE, STATUS, type ResourceType, type ScalePaths } from './row.ts'

const app = rowsOf('apps', 'v1', { generation: true })
const scaled = {
  categories: ['all'],
  subresources: [SCALE, STATUS],
  scale: {
    specReplicas: 'spec.replicas',
    statusReplicas: 'status.replicas',
    selector: 'spec.selector',
  } satisfies ScalePaths,
}

export const APPS: readonly ResourceType[] = [
  app('controllerrevisions', 'ControllerRevision', { generation: false }),
  app('daemonsets', 'DaemonSet', { shortNames: ['ds'], categories: ['all'], subresources: [STATUS] }),
  app('deployments', 'Deployment', { ...scaled, shortNames: ['deploy'] }),
  app('replicasets', 'ReplicaSet', { ...scaled, shortNames: ['rs'], fieldLabels: ['status.replicas'] }),
  app('statefulsets', 'StatefulSet', { ...scaled, shortNames: ['sts'] }),
]

const batch = rowsOf('batch', 'v1', { categories: ['all'], generation: true, subresources: [STATUS] })

export const BATCH: readonly ResourceType[] = [
  batch('cronjobs', 'CronJob', { shortNames: ['cj'] }),
  batch('jobs', 'Job', {
    fieldLabels: ['status.successful'],
    fieldPaths: { 'status.successful': 'status.succeeded' },
    orphansDependents: true,
  }),
]

const HPA = { shortNames: ['hpa'], categories: ['all'], subresources: [STATUS] }

/** Two versions of one object; v2 is stored. */
export const AUTOSCALING: readonly ResourceType[] = [
  rowsOf('autoscaling', 'v2')('horizontalpodautoscalers', 'HorizontalPodAutoscaler', HPA),
  rowsOf('autoscaling', 'v1')('horizontalpodautoscalers', 'HorizontalPodAutoscaler', HPA),
]

export const POLICY: readonly ResourceType[] = [
  rowsOf('policy', 'v1')('poddisruptionbudgets', 'PodDisruptionBudget', {
    shortNames: ['pdb'],
    subresources: [STATUS],
    generation: true,
    conditionalUpdates: true,
  }),
]
