/** Jobs and CronJobs. Source: kubernetes/pkg/apis/batch/validation/validation.go. */
import { equal, type Fields } from '../../api/meta.ts'
import { scheduleError } from '../../api/cron.ts'
import { validateTemplate } from './core/pod-spec.ts'
import type { Field } from './field.ts'
import type { Rules } from './rules.ts'
import { selects, validateSelector } from './selectors.ts'

const CRON_NAME_LIMIT = 52 // 63, the longest label, less the minute in the name of its Jobs

export const jobs: Rules = {
  validate(job) {
    validateGeneratedSelector(job)
    const spec = job.at('spec')
    validateJobSpec(spec)
    const selector = spec.at('selector')
    if (!selector.isSet) return selector.required()
    validateSelector(selector)
    const labels = spec.at('template', 'metadata', 'labels')
    if (selects(selector, labels.value) === false) labels.invalid('`selector` does not match template `labels`')
  },
  validateUpdate(job, previous, subresource) {
    if (subresource !== '') return
    const before = (previous['spec'] ?? {}) as Fields
    for (const field of [
      'completions',
      'selector',
      'template',
      'completionMode',
      'podFailurePolicy',
      'backoffLimitPerIndex',
      'managedBy',
      'successPolicy',
    ])
      validateFixed(job.at('spec', field), before)
  },
}

function validateFixed(field: Field, before: Fields): void {
  const name = field.path.split('.').at(-1)!
  const isElastic = name === 'completions' && before['completionMode'] === 'Indexed'
  const isHeld = name === 'template' && before['suspend'] === true
  if (!isElastic && !isHeld && !equal(field.value, before[name])) field.invalid('field is immutable')
}

const MARKS = (uid: string, name: string) => ({ 'controller-uid': uid, 'job-name': name })

/** A generated selector is the server's; labels of one's own making in its place are refused. */
function validateGeneratedSelector(job: Field): void {
  const { metadata, spec } = job.value
  if (spec?.manualSelector === true || !spec?.selector) return
  const labels = job.at('spec', 'template', 'metadata', 'labels')
  for (const [key, expected] of Object.entries(MARKS(metadata.uid, metadata.name)).flatMap(
    ([k, v]) =>
      [
        [k, v],
        [`batch.kubernetes.io/${k}`, v],
      ] as const,
  )) {
    const label = labels.key(key)
    if (!label.isSet) label.required(`must be '${expected}'`)
    else if (label.value !== expected) label.invalid(`must be '${expected}'`, labels.value)
  }
  const generated = { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } }
  if (!equal(spec.selector, generated)) job.at('spec', 'selector').invalid('`selector` not auto-generated')
}

const NUMBERS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
]

function validateJobSpec(spec: Field): void {
  for (const field of NUMBERS) spec.at(field).nonNegative()
  spec.at('completionMode').oneOf(['NonIndexed', 'Indexed'])
  if (spec.value.completionMode === 'Indexed' && !spec.at('completions').isSet)
    spec.at('completions').required('when completion mode is Indexed')
  validateFailurePolicy(spec)
  const replacement = spec.at('podReplacementPolicy')
  if (spec.at('podFailurePolicy').isSet) replacement.oneOf(['Failed'])
  else replacement.oneOf(['Failed', 'TerminatingOrFailed'])
  validateTemplate(spec.at('template'))
  const restart = spec.at('template', 'spec', 'restartPolicy')
  if (restart.value === 'Always') restart.required('valid values: "OnFailure", "Never"')
  else restart.oneOf(['OnFailure', 'Never'])
  if (spec.at('podFailurePolicy').isSet && restart.value !== 'Never')
    restart.invalid('only "Never" is supported when podFailurePolicy is specified')
}

function validateFailurePolicy(spec: Field): void {
  for (const rule of spec.at('podFailurePolicy', 'rules').items()) {
    rule.at('action').requireOneOf(['Count', 'FailIndex', 'FailJob', 'Ignore'])
    const [codes, conditions] = [rule.at('onExitCodes'), rule.at('onPodConditions')]
    if (codes.isSet && !conditions.isEmpty)
      rule.invalid('specifying both OnExitCodes and OnPodConditions is not supported')
    else if (!codes.isSet && conditions.isEmpty)
      rule.invalid('specifying one of OnExitCodes and OnPodConditions is required')
    if (!codes.isSet) continue
    codes.at('operator').requireOneOf(['In', 'NotIn'])
    codes.at('values').require('at least one value is required')
  }
}

export const cronJobs: Rules = {
  validate(job) {
    const name = job.at('metadata', 'name')
    if (String(name.value ?? '').length > CRON_NAME_LIMIT)
      name.invalid(`must be no more than ${CRON_NAME_LIMIT} characters`)
    const spec = job.at('spec')
    validateSchedule(spec.at('schedule'))
    spec.at('startingDeadlineSeconds').nonNegative()
    validateZone(spec.at('timeZone'))
    spec.at('concurrencyPolicy').requireOneOf(['Allow', 'Forbid', 'Replace'])
    validateJobSpec(spec.at('jobTemplate', 'spec'))
    const { selector } = spec.value.jobTemplate?.spec ?? {}
    if (selector) spec.at('jobTemplate', 'spec', 'selector').invalid('`selector` will be auto-generated')
    for (const field of ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']) spec.at(field).nonNegative()
  },
}

function validateSchedule(schedule: Field): void {
  if (!schedule.require()) return
  if (schedule.value.includes('TZ'))
    return schedule.invalid('cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  const error = scheduleError(schedule.value)
  if (error !== undefined) schedule.invalid(error)
}

function validateZone(zone: Field): void {
  if (!zone.isSet) return
  if (zone.value === '') return zone.invalid('must be nil or non-empty string')
  try {
    Intl.DateTimeFormat('en', { timeZone: zone.value })
  } catch {
    zone.invalid(`unknown time zone ${zone.value}`)
  }
}
