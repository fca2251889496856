/**
 * `kubectl autoscale`: a HorizontalPodAutoscaler. Source: kubectl/pkg/cmd/autoscale/autoscale.go.
 */
import { chosen } from '../chosen.ts'
import type { Command, Context } from '../command.ts'
import { canonical } from '../describe/quantities.ts'
import { apiVersionOf, pathOf } from '../discovery.ts'
import { CliFault, throwAll } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, FILE_FLAGS, OUTPUT_FLAGS, RECORD, SAVE_CONFIG } from '../flag-rows.ts'
import { annotated } from '../last-applied.ts'
import { fetchSelected, type Info } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { donePrinter, dryRunOf, typedOrder, writeQuery } from '../writing.ts'

const AUTOSCALERS = { group: 'autoscaling', version: 'v2', plural: 'horizontalpodautoscalers', namespaced: true }

export const autoscale: Command = {
  name: 'autoscale',
  short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  usage: '(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  flags: [
    DRY_RUN,
    FIELD_MANAGER,
    RECORD,
    SAVE_CONFIG,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ['cpu', '', 'string', '', 'Target: 70% of the request, or 500m.'],
    ['cpu-percent', '', 'int', '-1', 'The old way to say --cpu=N%.'],
    ['max', '', 'int', '-1', 'Pods at most.'],
    ['memory', '', 'string', '', 'Target: 60% of the request, or 200Mi.'],
    ['min', '', 'int', '-1', 'Pods at least.'],
    ['name', '', 'string', '', 'Name of the autoscaler.'],
  ],
  async run(context) {
    validate(context)
    const { client, flags } = context
    if (flags.given('cpu-percent')) {
      context.err(
        "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n",
      )
    }
    const done = donePrinter(context, { typed: true })
    const { infos, faults } = await fetchSelected(client, await chosen(context))
    for (const info of infos)
      await make(context, info).then(
        (object) => done(object, 'autoscaled'),
        (fault) => faults.push(fault),
      )
    throwAll(faults)
    if (infos.length === 0) throw new CliFault('no objects passed to autoscale')
  },
}

function validate({ flags }: Context): void {
  const [least, most] = [flags.number('min'), flags.number('max')]
  if (!flags.given('max')) throw new CliFault('required flag(s) "max" not set')
  if (most < 1) throw new CliFault(`--max=MAXPODS is required and must be at least 1, max: ${most}`)
  if (most < least)
    throw new CliFault(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${most}, min: ${least}`)
  if (flags.number('cpu-percent') > 0 && flags.text('cpu') !== '')
    throw new CliFault('--cpu-percent and --cpu are mutually exclusive')
}

async function make(context: Context, info: Info): Promise<Wire> {
  const { resource } = info
  if (!resource.subresources.includes('scale')) {
    throw new CliFault(
      `cannot autoscale a ${resource.kind}: could not find scale subresource for ${resource.group}/${resource.version}, Resource=${resource.plural} in discovery information`,
    )
  }
  const { connection, client, flags } = context
  const { namespace, explicitNamespace } = connection
  const object = autoscalerFor(context, info)
  const placed = explicitNamespace ? { ...object, metadata: { ...object.metadata, namespace } } : object
  if (dryRunOf(context) === 'client') return typedOrder(placed)
  const body = flags.on('save-config') ? annotated(placed) : placed
  const query = writeQuery(context, 'kubectl-autoscale')
  const made = await client.json('POST', pathOf(AUTOSCALERS, { namespace }), { body, query }).catch((fault: Error) => {
    throw refusal(context, fault)
  })
  return typedOrder(made)
}

/** kubectl tries v1 after v2 and tells how that went; what v1 cannot say, it refuses by itself. */
function refusal({ flags }: Context, fault: Error): Error {
  const incompatible = (why: string): CliFault =>
    new CliFault(
      `failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${why}`,
    )
  if (flags.number('cpu-percent') >= 0) return fault
  if (flags.text('cpu') === '') return incompatible('empty input')
  return flags.text('cpu').endsWith('%') && flags.text('memory') === '' ? fault : incompatible('%!w(<nil>)')
}

function autoscalerFor({ flags }: Context, { resource, name }: Info): Wire {
  const cpu = flags.number('cpu-percent') >= 0 ? `${flags.number('cpu-percent')}%` : flags.text('cpu')
  const metrics = [
    ...(cpu ? [metricOf('cpu', cpu)] : []),
    ...(flags.text('memory') === '' ? [] : [metricOf('memory', flags.text('memory'))]),
  ]
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: flags.text('name') || name },
    spec: {
      scaleTargetRef: { kind: resource.kind, name, apiVersion: apiVersionOf(resource) },
      ...(flags.number('min') > 0 && { minReplicas: flags.number('min') }),
      maxReplicas: flags.number('max'),
      ...(metrics.length > 0 && { metrics }),
    },
    status: { desiredReplicas: 0, currentMetrics: null },
  }
}

function metricOf(name: 'cpu' | 'memory', text: string): Wire {
  const [, share] = /^(\d+)%$/.exec(text) ?? []
  if (share !== undefined) {
    return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization: Number(share) } } }
  }
  const amount = /^\d+$/.test(text) ? `${text}${name === 'cpu' ? 'm' : 'Mi'}` : text
  return { type: 'Resource', resource: { name, target: { type: 'AverageValue', averageValue: canonical(amount) } } }
}
