/**
 * What makes pods, as kube-state-metrics tells of it.
 * Source: kube-state-metrics, docs/metrics/workload.
 */
import { at, type KubeObject } from '../../api/meta.ts'
import { controllerOf } from '../../controllers/pod-index.ts'
import { conditionRows, flag, gauge, single, time, type StateMetric, type StateRow } from './rows.ts'

type Conditions = Parameters<typeof conditionRows>[0]

/** A number of the object by its path, 0 where it is absent: Kubernetes leaves zeros out. */
function count(path: string): (object: KubeObject) => readonly StateRow[] {
  return (object) => single(at(object, path) ?? 0)
}

function created(kind: string): StateMetric<KubeObject> {
  return time(`kube_${kind}_created`, 'Unix creation timestamp', ({ metadata }) => metadata.creationTimestamp)
}

/** The metrics that are the object's own numbers: what each is called after its kind, and where it stands. */
function counts(kind: string, rows: readonly (readonly [suffix: string, path: string])[]): StateMetric<KubeObject>[] {
  return rows.map(([suffix, path]) => gauge(`kube_${kind}_${suffix}`, `${path} of the object.`, count(path)))
}

const OBSERVED = ['status_observed_generation', 'status.observedGeneration'] as const
const GENERATION = ['metadata_generation', 'metadata.generation'] as const

export const DEPLOYMENT_METRICS = [
  created('deployment'),
  ...counts('deployment', [
    ['spec_replicas', 'spec.replicas'],
    ['status_replicas', 'status.replicas'],
    ['status_replicas_ready', 'status.readyReplicas'],
    ['status_replicas_available', 'status.availableReplicas'],
    ['status_replicas_unavailable', 'status.unavailableReplicas'],
    ['status_replicas_updated', 'status.updatedReplicas'],
    OBSERVED,
    GENERATION,
  ]),
  gauge<KubeObject>(
    'kube_deployment_spec_paused',
    'Whether the deployment is paused and will not be processed by the deployment controller.',
    (it) => flag(at(it, 'spec.paused') === true),
  ),
  gauge<KubeObject>('kube_deployment_status_condition', 'The current status conditions of a deployment.', (it) =>
    conditionRows(at(it, 'status.conditions') as Conditions),
  ),
]

export const REPLICA_SET_METRICS = [
  created('replicaset'),
  ...counts('replicaset', [
    ['spec_replicas', 'spec.replicas'],
    ['status_replicas', 'status.replicas'],
    ['status_ready_replicas', 'status.readyReplicas'],
    OBSERVED,
    GENERATION,
  ]),
  gauge<KubeObject>('kube_replicaset_owner', "Information about the ReplicaSet's owner.", (it) => {
    const owner = controllerOf(it)
    return [[{ owner_kind: owner?.kind ?? '<none>', owner_name: owner?.name ?? '<none>' }, 1]]
  }),
]

export const STATEFUL_SET_METRICS = [
  created('statefulset'),
  ...counts('statefulset', [
    ['replicas', 'spec.replicas'],
    ['status_replicas', 'status.replicas'],
    ['status_replicas_ready', 'status.readyReplicas'],
    ['status_replicas_available', 'status.availableReplicas'],
    ['status_replicas_updated', 'status.updatedReplicas'],
    OBSERVED,
    GENERATION,
  ]),
]

export const DAEMON_SET_METRICS = [
  created('daemonset'),
  ...counts('daemonset', [
    ['status_desired_number_scheduled', 'status.desiredNumberScheduled'],
    ['status_current_number_scheduled', 'status.currentNumberScheduled'],
    ['status_number_ready', 'status.numberReady'],
    ['status_number_available', 'status.numberAvailable'],
    ['status_number_unavailable', 'status.numberUnavailable'],
    ['status_number_misscheduled', 'status.numberMisscheduled'],
    OBSERVED,
    GENERATION,
  ]),
]

export const JOB_METRICS = [
  created('job'),
  ...counts('job', [
    ['spec_completions', 'spec.completions'],
    ['spec_parallelism', 'spec.parallelism'],
    ['status_active', 'status.active'],
    ['status_succeeded', 'status.succeeded'],
    ['status_failed', 'status.failed'],
  ]),
  time<KubeObject>(
    'kube_job_status_start_time',
    'StartTime represents time when the job was acknowledged by the Job Manager.',
    (it) => text(it, 'status.startTime'),
  ),
  time<KubeObject>(
    'kube_job_status_completion_time',
    'CompletionTime represents time when the job was completed.',
    (it) => text(it, 'status.completionTime'),
  ),
  gauge<KubeObject>('kube_job_complete', 'The job has completed its execution.', ended('Complete')),
  gauge<KubeObject>('kube_job_failed', 'The job has failed its execution.', ended('Failed')),
  gauge<KubeObject>('kube_job_owner', "Information about the Job's owner.", (it) => {
    const owner = controllerOf(it)
    return [[{ owner_kind: owner?.kind ?? '<none>', owner_name: owner?.name ?? '<none>' }, 1]]
  }),
]

export const CRON_JOB_METRICS = [
  created('cronjob'),
  gauge<KubeObject>('kube_cronjob_info', 'Info about cronjob.', (it) => [
    [
      {
        schedule: String(at(it, 'spec.schedule')),
        concurrency_policy: String(at(it, 'spec.concurrencyPolicy') ?? 'Allow'),
      },
      1,
    ],
  ]),
  gauge<KubeObject>(
    'kube_cronjob_spec_suspend',
    'Suspend flag tells the controller to suspend subsequent executions.',
    (it) => flag(at(it, 'spec.suspend') === true),
  ),
  gauge<KubeObject>('kube_cronjob_status_active', 'Active holds pointers to currently running jobs.', (it) =>
    single(((at(it, 'status.active') ?? []) as unknown[]).length),
  ),
  time<KubeObject>(
    'kube_cronjob_status_last_schedule_time',
    'LastScheduleTime keeps information of when was the last time the job was successfully scheduled.',
    (it) => text(it, 'status.lastScheduleTime'),
  ),
  time<KubeObject>(
    'kube_cronjob_status_last_successful_time',
    'LastSuccessfulTime keeps information of when was the last time the job was completed successfully.',
    (it) => text(it, 'status.lastSuccessfulTime'),
  ),
]

export const AUTOSCALER_METRICS = [
  created('horizontalpodautoscaler'),
  ...counts('horizontalpodautoscaler', [
    ['spec_min_replicas', 'spec.minReplicas'],
    ['spec_max_replicas', 'spec.maxReplicas'],
    ['status_current_replicas', 'status.currentReplicas'],
    ['status_desired_replicas', 'status.desiredReplicas'],
    GENERATION,
  ]),
  gauge<KubeObject>('kube_horizontalpodautoscaler_status_condition', 'The condition of this autoscaler.', (it) =>
    conditionRows(at(it, 'status.conditions') as Conditions),
  ),
  gauge<KubeObject>('kube_horizontalpodautoscaler_info', 'Information about this autoscaler.', (it) => [
    [
      {
        scaletargetref_kind: String(at(it, 'spec.scaleTargetRef.kind')),
        scaletargetref_name: String(at(it, 'spec.scaleTargetRef.name')),
      },
      1,
    ],
  ]),
]

export const DISRUPTION_METRICS = [
  created('poddisruptionbudget'),
  ...counts('poddisruptionbudget', [
    ['status_current_healthy', 'status.currentHealthy'],
    ['status_desired_healthy', 'status.desiredHealthy'],
    ['status_pod_disruptions_allowed', 'status.disruptionsAllowed'],
    ['status_expected_pods', 'status.expectedPods'],
  ]),
]

function text(object: KubeObject, path: string): string | undefined {
  return at(object, path) as string | undefined
}

function ended(type: string): (job: KubeObject) => readonly StateRow[] {
  return (job) => {
    const conditions = (at(job, 'status.conditions') ?? []) as { type: string; status: string }[]
    const condition = conditions.find((it) => it.type === type)
    return condition ? [[{ condition: condition.status.toLowerCase() }, 1]] : []
  }
}
