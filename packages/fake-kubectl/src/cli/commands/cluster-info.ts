/**
 * `kubectl cluster-info`: where the control plane is. Source: kubectl/pkg/cmd/clusterinfo/clusterinfo.go.
 */
import type { Command, Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import type { Wire } from '../wire.ts'

export const clusterInfo: Command = {
  name: 'cluster-info',
  short: 'Display cluster information',
  async run(context) {
    if (context.args[0] === 'dump')
      throw new CliFault('the fake kubectl has no cluster-info dump; use the stock kubectl')
    const { client, connection, out } = context
    const namespace = connection.explicitNamespace ? connection.namespace : 'kube-system'
    const query = { labelSelector: 'kubernetes.io/cluster-service=true' }
    const { items } = await client.json('GET', `/api/v1/namespaces/${namespace}/services`, { query })
    out(`Kubernetes control plane is running at ${client.server}\n`)
    for (const service of items) out(`${nameOf(service)} is running at ${linkTo(context, service)}\n`)
    out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
  },
}

function nameOf({ metadata }: Wire): string {
  return metadata.labels['kubernetes.io/name'] || metadata.name
}

function linkTo({ client }: Context, { metadata, spec, status }: Wire): string {
  const [ingress] = status?.loadBalancer?.ingress ?? []
  if (ingress)
    return (spec.ports ?? []).map(({ port }: Wire) => `http://${ingress.ip || ingress.hostname}:${port} `).join('')
  const [port] = spec.ports ?? []
  const secure = port && (port.name === 'https' || port.port === 443)
  const name = port
    ? `${secure ? 'https:' : ''}${metadata.name}${secure || port.name ? `:${port.name ?? ''}` : ''}`
    : metadata.name
  return `${client.server}/api/v1/namespaces/${metadata.namespace}/services/${name}/proxy`
}
