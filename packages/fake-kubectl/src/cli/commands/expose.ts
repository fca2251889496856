/**
 * `kubectl expose`: a Service in front of pods. Source: kubectl/pkg/cmd/expose/expose.go.
 */
import { chosen } from '../chosen.ts'
import type { Command, Context } from '../command.ts'
import { CliFault, throwAll } from '../errors.ts'
import { DRY_RUN, FIELD_MANAGER, FILE_FLAGS, OUTPUT_FLAGS, RECORD, SAVE_CONFIG } from '../flag-rows.ts'
import { podSpecOf } from '../pod-templates.ts'
import { fetchSelected, type Info } from '../selection.ts'
import type { Wire } from '../wire.ts'
import { donePrinter } from '../writing.ts'
import { labelsOf, make, OVERRIDE_FLAGS, overridden } from './run-pod.ts'

const EXPOSED = ['Pod', 'Service', 'ReplicationController', 'Deployment', 'ReplicaSet']
const LONGEST_NAME = 63

export const expose: Command = {
  name: 'expose',
  short: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  usage: '(-f FILENAME | TYPE NAME) [--port=port] [--target-port=number-or-name] [--name=name] [--type=type]',
  flags: [
    DRY_RUN,
    FIELD_MANAGER,
    RECORD,
    SAVE_CONFIG,
    ...FILE_FLAGS,
    ...OUTPUT_FLAGS,
    ...OVERRIDE_FLAGS,
    ['cluster-ip', '', 'string', '', 'Address, or None.'],
    ['external-ip', '', 'string', '', 'One more address.'],
    ['labels', 'l', 'string', '', 'Labels of the service.'],
    ['load-balancer-ip', '', 'string', '', 'Address of the load balancer.'],
    ['name', '', 'string', '', 'Name of the service.'],
    ['port', '', 'string', '', 'Port of the service.'],
    ['protocol', '', 'string', '', 'TCP, UDP or SCTP.'],
    ['selector', '', 'string', '', 'Labels of the pods.'],
    ['session-affinity', '', 'string', '', 'None or ClientIP.'],
    ['target-port', '', 'string', '', 'Port of the pods, by number or name.'],
    ['type', '', 'string', '', 'ClusterIP, NodePort, LoadBalancer or ExternalName.'],
  ],
  async run(context) {
    const { client } = context
    const done = donePrinter(context, { typed: true })
    const { infos, faults } = await fetchSelected(client, await chosen(context))
    for (const info of infos) {
      try {
        done(
          await make(context, overridden(context, serviceFor(context, info)), 'services', 'kubectl-expose'),
          'exposed',
        )
      } catch (fault) {
        faults.push(fault)
      }
    }
    throwAll(faults)
  },
}

function serviceFor(context: Context, info: Info): Wire {
  const { flags } = context
  const { resource, object } = info
  if (!EXPOSED.includes(resource.kind)) {
    throw new CliFault(`cannot expose a ${resource.kind}${resource.group && `.${resource.group}`}`)
  }
  const selector = labelsOf(flags.text('selector'), selectorOf(info))
  const ports = portsOf(context, info)
  const clusterIP = flags.text('cluster-ip')
  const type = flags.text('type')
  const labels = labelsOf(flags.text('labels'), object.metadata.labels ?? {})
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: flags.text('name') || info.name.slice(0, LONGEST_NAME),
      ...(Object.keys(labels).length > 0 && { labels }),
    },
    spec: {
      ...(ports.length > 0 && { ports }),
      selector,
      ...(flags.text('external-ip') !== '' && { externalIPs: [flags.text('external-ip')] }),
      ...(clusterIP && { clusterIP }),
      ...(type && { type }),
      ...(type === 'LoadBalancer' &&
        flags.text('load-balancer-ip') !== '' && { loadBalancerIP: flags.text('load-balancer-ip') }),
      ...(flags.text('session-affinity') !== '' && { sessionAffinity: flags.text('session-affinity') }),
    },
    status: { loadBalancer: {} },
  }
}

function selectorOf({ resource, object }: Info): Record<string, string> {
  const failed = (why: string): CliFault =>
    new CliFault(`couldn't retrieve selectors via --selector flag or introspection: ${why}`)
  if (resource.kind === 'Pod') {
    if (Object.keys(object.metadata.labels ?? {}).length > 0) return object.metadata.labels
    throw failed('the pod has no labels and cannot be exposed')
  }
  if (resource.kind === 'Service') {
    if (Object.keys(object.spec.selector ?? {}).length > 0) return object.spec.selector
    throw failed('the service has no pod selector set')
  }
  const { matchLabels, matchExpressions } = object.spec.selector ?? {}
  if ((matchExpressions ?? []).length > 0)
    throw failed(`couldn't convert expressions - "${JSON.stringify(matchExpressions)}" to map-based selector format`)
  return matchLabels ?? object.spec.selector
}

function portsOf({ flags }: Context, { resource, object }: Info): Wire[] {
  const declared: Wire[] =
    resource.kind === 'Service'
      ? (object.spec.ports ?? [])
      : podSpecOf(resource.kind, object).containers.flatMap(({ ports = [] }: Wire) => ports)
  const known = declared.map((port) => ({ port: port.port ?? port.containerPort, protocol: port.protocol ?? 'TCP' }))
  const asked = flags.text('port') === '' ? known.map(({ port }) => String(port)) : flags.text('port').split(',')
  if (asked.length === 0) {
    if (flags.text('cluster-ip') === 'None') return []
    throw new CliFault("couldn't find port via --port flag or introspection")
  }
  return asked.flatMap((text, i) => {
    const port = Number(text)
    if (!Number.isInteger(port)) throw new CliFault(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
    const target = flags.text('target-port')
    const targetPort = target === '' ? port : /^\d+$/.test(target) ? Number(target) : target
    const protocols = flags.text('protocol') === '' ? protocolsOf(known, port) : [flags.text('protocol')]
    return protocols.map((protocol) => ({
      ...((asked.length > 1 || protocols.length > 1) && {
        name: protocols.length > 1 ? `port-${i + 1}-${protocol.toLowerCase()}` : `port-${i + 1}`,
      }),
      protocol,
      port,
      targetPort,
    }))
  })
}

function protocolsOf(known: readonly { port: number; protocol: string }[], port: number): string[] {
  const found = known.filter((each) => each.port === port).map(({ protocol }) => protocol)
  return found.length > 0 ? found : ['TCP']
}
