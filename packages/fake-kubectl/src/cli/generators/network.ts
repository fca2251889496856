/** `kubectl create service|ingress`. Source: kubectl/pkg/cmd/create/create_{service,ingress}.go. */
import type { Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import type { FlagRow } from '../flags.ts'
import type { Wire } from '../wire.ts'
import { demand, type Generator } from './generator.ts'

const TCP: FlagRow = ['tcp', '', 'strings', '', 'Port, or port:targetPort.']
const SERVICES = { group: '', version: 'v1', plural: 'services', namespaced: true }

export const serviceGenerators: readonly Generator[] = [
  service('clusterip', 'ClusterIP', 'Create a ClusterIP service', [
    ['clusterip', '', 'string', '', 'Address, or None.'],
    TCP,
  ]),
  service('externalname', 'ExternalName', 'Create an ExternalName service', [
    ['external-name', '', 'string', '', 'Name outside.'],
    TCP,
  ]),
  service('loadbalancer', 'LoadBalancer', 'Create a LoadBalancer service', [TCP]),
  service('nodeport', 'NodePort', 'Create a NodePort service', [
    ['node-port', '', 'int', '0', 'Port on the nodes.'],
    TCP,
  ]),
]

function service(name: string, type: string, short: string, flags: readonly FlagRow[]): Generator {
  return {
    name,
    short,
    usage: 'NAME [--tcp=<port>:<targetPort>]',
    flags,
    resource: SERVICES,
    failure: `failed to create ${type} service: `,
    make: (context, its) => serviceOf(context, its, type),
  }
}

function serviceOf(context: Context, name: string, type: string): Wire {
  const { flags } = context
  if (type === 'ExternalName') demand(context, 'external-name')
  const clusterIP = type === 'ClusterIP' ? flags.text('clusterip') : ''
  const needsPorts = type !== 'ExternalName' && clusterIP !== 'None'
  if (needsPorts && flags.list('tcp').length === 0)
    throw new CliFault('at least one tcp port specifier must be provided')
  const nodePort = type === 'NodePort' ? flags.number('node-port') : 0
  const ports = flags.list('tcp').map((text) => portOf(text, nodePort))
  const labels = { app: name }
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: {
      ...(ports.length > 0 && { ports }),
      selector: labels,
      ...(clusterIP && { clusterIP }),
      type,
      ...(type === 'ExternalName' && { externalName: flags.text('external-name') }),
    },
    status: { loadBalancer: {} },
  }
}

function portOf(text: string, nodePort: number): Wire {
  const [first = '', second] = text.split(':')
  const port = numberOf(first)
  const targetPort = second === undefined ? port : /^\d+$/.test(second) ? numberOf(second) : second
  return { name: text.replace(':', '-'), protocol: 'TCP', port, targetPort, ...(nodePort > 0 && { nodePort }) }
}

function numberOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new CliFault(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  const port = Number(text)
  if (port < 1 || port > 65_535) throw new CliFault('must be between 1 and 65535, inclusive')
  return port
}

const RULE = /^(?<host>[\w*.-]*)(?<path>\/[^=]*)=(?<name>[^:]+):(?<port>[^,]+)(?<tls>,tls(=(?<secret>.*))?)?$/

export const ingress: Generator = {
  name: 'ingress',
  aliases: ['ing'],
  short: 'Create an ingress with the specified name',
  usage: 'NAME --rule=host/path=service:port[,tls[=secret]]',
  flags: [
    ['annotation', '', 'array', '', 'key=value; may be repeated.'],
    ['class', '', 'string', '', 'Ingress class.'],
    ['default-backend', '', 'string', '', 'Service for everything else, as name:port.'],
    ['rule', '', 'array', '', 'host/path=service:port[,tls[=secret]]; a path that ends with * is a prefix.'],
  ],
  resource: { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', namespaced: true },
  failure: 'failed to create ingress: ',
  make(context, name) {
    const { flags } = context
    const rules = rulesOf(context)
    const tls = tlsOf(rules)
    const annotations = flags.list('annotation').map((text) => text.split(/=(.*)/s).slice(0, 2))
    const className = flags.text('class')
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }) },
      spec: {
        ...(className && { ingressClassName: className }),
        ...(flags.text('default-backend') !== '' && {
          defaultBackend: backendOf(...pairOf(flags.text('default-backend'))),
        }),
        ...(tls.length > 0 && { tls }),
        ...(rules.length > 0 && { rules: byHost(rules) }),
      },
      status: { loadBalancer: {} },
    }
  },
}

type Rule = { host: string; path: string; name: string; port: string; tls: boolean; secret: string }

function rulesOf({ flags }: Context): Rule[] {
  const texts = flags.list('rule')
  if (texts.length === 0 && flags.text('default-backend') === '') {
    throw new CliFault(
      'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
    )
  }
  const rules = texts.map((text) => {
    const { groups } = RULE.exec(text) ?? {}
    if (!groups) {
      throw new CliFault(`rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`)
    }
    const { host = '', path = '', name = '', port = '', tls, secret = '' } = groups
    return { host, path, name, port, tls: tls !== undefined, secret }
  })
  for (const annotation of flags.list('annotation')) {
    if (!annotation.includes('='))
      throw new CliFault(`annotation ${annotation} is invalid and should be in format key=[value]`)
  }
  if (flags.text('default-backend') !== '') pairOf(flags.text('default-backend'))
  return rules
}

function pairOf(text: string): [string, string] {
  const [name = '', port = '', more] = text.split(':')
  if (name === '' || port === '' || more !== undefined) {
    throw new CliFault('default-backend should be in format servicename:serviceport')
  }
  return [name, port]
}

function backendOf(name: string, port: string): Wire {
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } }
}

function byHost(rules: readonly Rule[]): Wire[] {
  const hosts = [...new Set(rules.map(({ host }) => host))].sort()
  return hosts.map((host) => ({
    ...(host && { host }),
    http: { paths: rules.filter((rule) => rule.host === host).map(pathOfRule) },
  }))
}

function pathOfRule({ path, name, port }: Rule): Wire {
  const isPrefix = path.endsWith('*')
  return {
    path: isPrefix ? path.slice(0, -1) : path,
    pathType: isPrefix ? 'Prefix' : 'Exact',
    backend: backendOf(name, port),
  }
}

function tlsOf(rules: readonly Rule[]): Wire[] {
  const secrets = [...new Set(rules.filter(({ tls }) => tls).map(({ secret }) => secret))]
  return secrets.map((secret) => {
    const hosts = [
      ...new Set(rules.filter((rule) => rule.tls && rule.secret === secret && rule.host).map(({ host }) => host)),
    ]
    return { ...(hosts.length > 0 && { hosts }), ...(secret && { secretName: secret }) }
  })
}
