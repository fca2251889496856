/** `kubectl create deployment|job|cronjob`. Source: kubectl/pkg/cmd/create/create_{deployment,job,cronjob}.go. */
import type { Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import { fetchAll, select } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { commandIn, demand, type Generator } from './generator.ts'

export const deployment: Generator = {
  name: 'deployment',
  aliases: ['deploy'],
  short: 'Create a deployment with the specified name',
  usage: 'NAME --image=image -- [COMMAND] [args...]',
  flags: [
    ['image', '', 'strings', '', 'Images, one container each.'],
    ['port', '', 'int', '-1', 'Port that the containers listen on.'],
    ['replicas', 'r', 'int', '1', 'How many pods.'],
  ],
  resource: { group: 'apps', version: 'v1', plural: 'deployments', namespaced: true },
  failure: 'failed to create deployment: ',
  make(context, name) {
    demand(context, 'image')
    const images = context.flags.list('image')
    const command = commandIn(context)
    if (images.length > 1 && command.length > 0)
      throw new CliFault('cannot specify multiple --image options and command')
    const labels = { app: name }
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: context.flags.number('replicas'),
        selector: { matchLabels: labels },
        strategy: {},
        template: {
          metadata: { labels },
          spec: { containers: images.map((image) => containerOf(context, image, command)) },
        },
      },
      status: {},
    }
  },
}

function containerOf({ flags }: Context, image: string, command: readonly string[]): Wire {
  const port = flags.number('port')
  return {
    name: containerName(image),
    image,
    ...(command.length > 0 && { command }),
    ...(port >= 0 && { ports: [{ containerPort: port }] }),
    resources: {},
  }
}

/** `registry.example/team/web_app:1` → `web-app`. */
function containerName(image: string): string {
  const [base = ''] = (image.split('/').at(-1) ?? '').split(/[:@]/)
  return base.replaceAll('_', '-')
}

const JOBS = { group: 'batch', version: 'v1', plural: 'jobs', namespaced: true }

export const job: Generator = {
  name: 'job',
  short: 'Create a job with the specified name',
  usage: 'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  flags: [
    ['from', '', 'string', '', 'CronJob to take the template of.'],
    ['image', '', 'string', '', 'Image.'],
  ],
  resource: JOBS,
  failure: 'failed to create job: ',
  make(context, name) {
    const { flags } = context
    const [image, from] = [flags.text('image'), flags.text('from')]
    const command = commandIn(context)
    if ((image === '') === (from === '')) throw new CliFault('either --image or --from must be specified')
    if (from !== '' && command.length > 0) throw new CliFault('cannot specify --from and command')
    if (from !== '') return fromCronJob(context, name, from)
    const head = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name } }
    return { ...head, spec: { template: templateOf(name, image, command, 'Never') }, status: {} }
  },
}

function templateOf(name: string, image: string, command: readonly string[], restartPolicy: string): Wire {
  const container = { name, image, ...(command.length > 0 && { command }), resources: {} }
  return { metadata: {}, spec: { containers: [container], restartPolicy } }
}

async function fromCronJob({ client, discovery, connection }: Context, name: string, from: string): Promise<Wire> {
  const infos = await fetchAll(client, await select(discovery, { args: [from], namespace: connection.namespace }))
  const [info] = infos
  if (infos.length !== 1) throw new CliFault('from must be an existing cronjob')
  if (info!.resource.kind !== 'CronJob') throw new CliFault(`unknown object type *v1.${info!.resource.kind}`)
  const { metadata, spec } = info!.object
  const { metadata: its = {}, spec: template } = spec.jobTemplate
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: metadata.name, uid: metadata.uid, controller: true }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...its.annotations },
      ...(its.labels && { labels: its.labels }),
      ownerReferences: [owner],
    },
    spec: template,
    status: {},
  }
}

export const cronJob: Generator = {
  name: 'cronjob',
  aliases: ['cj'],
  short: 'Create a cron job with the specified name',
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
  flags: [
    ['image', '', 'string', '', 'Image.'],
    ['restart', '', 'string', '', 'OnFailure or Never.'],
    ['schedule', '', 'string', '', 'When, in cron format.'],
  ],
  resource: { ...JOBS, plural: 'cronjobs' },
  failure: 'failed to create cronjob: ',
  make(context, name) {
    demand(context, 'image', 'schedule')
    const { flags } = context
    const template = templateOf(name, flags.text('image'), commandIn(context), flags.text('restart') || 'OnFailure')
    return {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: { schedule: flags.text('schedule'), jobTemplate: { metadata: { name }, spec: { template } } },
      status: {},
    }
  },
}
