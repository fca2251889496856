import { describe, expect, test } from 'vitest'
import type { Cluster } from '../src/index.ts'
import { all, changed, condition, created, livingCluster, names, one, removed, toldOf, workload } from './workloads.ts'

/** What its container does: `sleep 5`, `exit 1`. */
async function jobOf(script: string, spec: Record<string, any> = {}, pod: Record<string, any> = {}): Promise<Cluster> {
  const cluster = livingCluster()
  await workload(cluster, 'jobs', 'work', {
    spec,
    image: 'busybox',
    labels: {},
    container: { command: ['sh', '-c', script] },
    pod: { restartPolicy: 'Never', ...pod },
  })
  cluster.advance('0s')
  return cluster
}

async function countsOf(cluster: Cluster): Promise<[number, number, number]> {
  const { active = 0, succeeded = 0, failed = 0 } = (await one(cluster, 'jobs', 'work')).status
  return [active, succeeded, failed]
}

describe('a Job', () => {
  test('is complete when its pod has ended well', async () => {
    const cluster = await jobOf('sleep 5')
    expect(await countsOf(cluster)).toEqual([1, 0, 0])
    cluster.settle()

    const job = await one(cluster, 'jobs', 'work')
    const [pod] = await all(cluster, 'pods')
    expect(await countsOf(cluster)).toEqual([0, 1, 0])
    expect(job.status).toMatchObject({ ready: 0, terminating: 0, uncountedTerminatedPods: {} })
    expect([condition(job, 'SuccessCriteriaMet'), condition(job, 'Complete')]).toEqual([
      'True CompletionsReached',
      'True CompletionsReached',
    ])
    expect(Date.parse(job.status.completionTime)).toBeGreaterThan(Date.parse(job.status.startTime))
    expect(pod.metadata.finalizers).toBeUndefined()
    expect(await toldOf(cluster, 'work')).toEqual([
      'Normal Completed Job completed',
      `Normal SuccessfulCreate Created pod: ${pod.metadata.name}`,
    ])
  })

  test('holds its pods by a finalizer until they are counted', async () => {
    const cluster = await jobOf('sleep 100')
    const [pod] = await all(cluster, 'pods')

    expect(pod.metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking'])
    expect(pod.metadata.labels).toMatchObject({ 'batch.kubernetes.io/job-name': 'work', 'job-name': 'work' })
  })

  test('does so much work at a time, until all is done', async () => {
    const cluster = await jobOf('sleep 10', { completions: 5, parallelism: 2 })
    const seen: number[] = []
    for (let step = 0; step < 100; step++) {
      cluster.advance('1s')
      seen.push((await countsOf(cluster))[0])
    }

    expect(Math.max(...seen)).toBe(2)
    expect(await countsOf(cluster)).toEqual([0, 5, 0])
    expect(await names(cluster, 'pods')).toHaveLength(5)
  })

  test('without a number of completions is done when one pod is, and the others have ended', async () => {
    const cluster = await jobOf('sleep 5', { parallelism: 3 })
    cluster.settle()

    expect(await countsOf(cluster)).toEqual([0, 3, 0])
    expect(condition(await one(cluster, 'jobs', 'work'), 'Complete')).toBe('True CompletionsReached')
  })

  test('tries again after 10 s, 20 s, 40 s, and gives up after its limit', async () => {
    const cluster = await jobOf('exit 3', { backoffLimit: 3 })
    cluster.settle('1h')
    const pods = await all(cluster, 'pods')
    const starts = pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp)).sort((a, b) => a - b)
    const gaps = starts.slice(1).map((ms, i) => Math.round((ms - starts[i]!) / 10_000) * 10)

    expect(gaps).toEqual([10, 20, 40])
    const job = await one(cluster, 'jobs', 'work')
    expect(await countsOf(cluster)).toEqual([0, 0, 4])
    expect([condition(job, 'FailureTarget'), condition(job, 'Failed'), condition(job, 'Complete')]).toEqual([
      'True BackoffLimitExceeded',
      'True BackoffLimitExceeded',
      undefined,
    ])
    expect(await toldOf(cluster, 'work')).toContain(
      'Warning BackoffLimitExceeded Job has reached the specified backoff limit',
    )
  })

  test('whose pods restart in place counts the restarts, and ends the last pod', async () => {
    const cluster = await jobOf('exit 1', { backoffLimit: 2 }, { restartPolicy: 'OnFailure' })
    cluster.advance('1m')

    expect(condition(await one(cluster, 'jobs', 'work'), 'Failed')).toBe('True BackoffLimitExceeded')
    expect(await names(cluster, 'pods')).toEqual([])
  })

  test('that takes longer than it may has failed, and its pods go', async () => {
    const cluster = await jobOf('sleep 1000', { activeDeadlineSeconds: 60 })
    cluster.advance('50s')
    expect(await countsOf(cluster)).toEqual([1, 0, 0])

    cluster.advance('1m')
    expect(condition(await one(cluster, 'jobs', 'work'), 'Failed')).toBe('True DeadlineExceeded')
    expect([await countsOf(cluster), await names(cluster, 'pods')]).toEqual([[0, 0, 1], []])
  })

  test('that is suspended has no pods, and begins anew when it is resumed', async () => {
    const cluster = await jobOf('sleep 20')
    cluster.advance('5s')
    await changed(cluster, 'jobs', 'work', { spec: { suspend: true } })
    cluster.settle()
    expect([await countsOf(cluster), await names(cluster, 'pods')]).toEqual([[0, 0, 0], []])
    expect(condition(await one(cluster, 'jobs', 'work'), 'Suspended')).toBe('True JobSuspended')

    await changed(cluster, 'jobs', 'work', { spec: { suspend: false } })
    cluster.settle()
    const job = await one(cluster, 'jobs', 'work')
    expect([condition(job, 'Suspended'), condition(job, 'Complete')]).toEqual([
      'False JobResumed',
      'True CompletionsReached',
    ])
  })

  test('that is deleted takes its pods with it', async () => {
    const cluster = await jobOf('sleep 1000')
    cluster.advance('5s')
    await removed(cluster, 'jobs', 'work', { propagationPolicy: 'Background' })
    cluster.settle()

    expect(await names(cluster, 'pods')).toEqual([])
  })

  test('goes when its time after its end is over', async () => {
    const cluster = await jobOf('true', { ttlSecondsAfterFinished: 100 })
    cluster.advance('90s')
    expect(await names(cluster, 'jobs')).toEqual(['work'])

    cluster.advance('30s')
    expect([await names(cluster, 'jobs'), await names(cluster, 'pods')]).toEqual([[], []])
  })
})

describe('an Indexed Job', () => {
  test('has a pod for each index, which knows its own', async () => {
    const cluster = await jobOf('echo $JOB_COMPLETION_INDEX', {
      completions: 4,
      parallelism: 4,
      completionMode: 'Indexed',
    })
    cluster.settle()
    const pods = await all(cluster, 'pods')

    expect(pods.map(({ spec }) => spec.hostname).sort()).toEqual(['work-0', 'work-1', 'work-2', 'work-3'])
    expect(pods.every(({ metadata, spec }) => metadata.name.startsWith(`${spec.hostname}-`))).toBe(true)
    expect((await one(cluster, 'jobs', 'work')).status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' })
  })

  test('tries an index that failed again, and only that one', async () => {
    const cluster = await jobOf('[ "$JOB_COMPLETION_INDEX" != 1 ]', {
      completions: 3,
      parallelism: 3,
      completionMode: 'Indexed',
      backoffLimit: 1,
    })
    cluster.settle()

    const job = await one(cluster, 'jobs', 'work')
    expect(job.status).toMatchObject({ succeeded: 2, failed: 2, completedIndexes: '0,2' })
    expect(condition(job, 'Failed')).toBe('True BackoffLimitExceeded')
  })
})

describe('a podFailurePolicy', () => {
  const policy = (action: string) => ({
    podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values: [42] } }] },
    backoffLimit: 1,
  })

  test('ends the Job for an exit code that no retry can mend', async () => {
    const cluster = await jobOf('exit 42', policy('FailJob'))
    cluster.settle()

    const job = await one(cluster, 'jobs', 'work')
    const [name] = await names(cluster, 'pods')
    const { message } = job.status.conditions.find(({ type }: any) => type === 'Failed')
    expect(condition(job, 'Failed')).toBe('True PodFailurePolicy')
    expect(message).toBe(
      `Container app for pod default/${name} failed with exit code 42 matching FailJob rule at index 0`,
    )
  })

  test('leaves out of the count what it ignores', async () => {
    const cluster = await jobOf('exit 42', policy('Ignore'))
    cluster.advance('3m')

    expect((await countsOf(cluster))[2]).toBe(0)
    expect((await names(cluster, 'pods')).length).toBeGreaterThan(2)
  })
})

describe('a CronJob', () => {
  async function cronJob(schedule: string, spec: Record<string, any> = {}, script = 'sleep 5'): Promise<Cluster> {
    const cluster = livingCluster()
    const container = { name: 'app', image: 'busybox', command: ['sh', '-c', script] }
    const template = { spec: { restartPolicy: 'Never', containers: [container] } }
    await created(cluster, 'cronjobs', {
      metadata: { name: 'tick' },
      spec: { schedule, jobTemplate: { spec: { template } }, ...spec },
    })
    return cluster
  }

  test('starts a Job each time it is due, named by the minute', async () => {
    const cluster = await cronJob('*/5 * * * *')
    cluster.advance('12m')
    const minute = Date.parse('2026-01-15T09:05:00Z') / 60_000

    expect(await names(cluster, 'jobs')).toEqual([`tick-${minute}`, `tick-${minute + 5}`])
    const [job] = await all(cluster, 'jobs')
    expect(job.metadata).toMatchObject({
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-15T09:05:00Z' },
      ownerReferences: [{ kind: 'CronJob', name: 'tick', controller: true }],
    })
    const { status } = await one(cluster, 'cronjobs', 'tick')
    expect(status.lastScheduleTime).toBe('2026-01-15T09:10:00Z')
    expect(status.active).toBeUndefined()
    expect(status.lastSuccessfulTime).toMatch(/^2026-01-15T09:10:/)
    expect(await toldOf(cluster, 'tick')).toContain(
      `Normal SawCompletedJob Saw completed job: tick-${minute}, condition: Complete`,
    )
  })

  test('keeps three Jobs that went well and one that did not', async () => {
    const well = await cronJob('* * * * *')
    well.advance('10m')
    expect(await names(well, 'jobs')).toHaveLength(3)

    const badly = await cronJob('*/30 * * * *', { jobTemplate: failing() }, '')
    badly.advance('4h')
    expect(await names(badly, 'jobs')).toHaveLength(1)
  })

  function failing(): object {
    const container = { name: 'app', image: 'busybox', command: ['sh', '-c', 'exit 1'] }
    return { spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container] } } } }
  }

  test.each([
    ['Allow', 4],
    ['Forbid', 1],
    ['Replace', 1],
  ])('with concurrencyPolicy %s has %i Jobs running at most', async (concurrencyPolicy, most) => {
    const cluster = await cronJob('* * * * *', { concurrencyPolicy }, 'sleep 10000')
    cluster.advance('4m30s')
    const { status } = await one(cluster, 'cronjobs', 'tick')

    expect(status.active).toHaveLength(most)
    expect(await names(cluster, 'jobs')).toHaveLength(most)
  })

  test('that is suspended starts nothing', async () => {
    const cluster = await cronJob('* * * * *', { suspend: true })
    cluster.advance('10m')

    expect(await names(cluster, 'jobs')).toEqual([])
  })

  test('goes by the clocks of its time zone', async () => {
    const cluster = await cronJob('0 12 * * *', { timeZone: 'Europe/Berlin' })
    cluster.advance('3h')

    expect((await one(cluster, 'cronjobs', 'tick')).status.lastScheduleTime).toBe('2026-01-15T11:00:00Z')
  })
})
