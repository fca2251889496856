/**
 * `kubectl logs`: what containers printed. Source: kubectl/pkg/cmd/logs/logs.go, polymorphichelpers/logsforobject.go.
 */
import type { Command, Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, isNotFound, StatusFault } from '../errors.ts'
import { SELECTOR } from '../flag-rows.ts'
import { containerNames, defaultContainer, firstPods, pathOfContainer, podsOf } from '../pods.ts'
import { fetchOne, select } from '../selection.ts'
import type { Wire } from '../wire.ts'

const SELECTED_TAIL = 10

const USAGE = `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command`

export const logs: Command = {
  name: 'logs',
  short: 'Print the logs for a container in a pod',
  usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  flags: [
    SELECTOR,
    ['all-containers', '', 'bool', 'false', "All containers' logs."],
    ['all-pods', '', 'bool', 'false', "All pods' logs, each line with its source."],
    ['container', 'c', 'string', '', 'The container.'],
    ['follow', 'f', 'bool', 'false', 'Go on as the log grows.'],
    ['ignore-errors', '', 'bool', 'false', 'Go on with the others when one log cannot be had.'],
    ['insecure-skip-tls-verify-backend', '', 'bool', 'false', "Do not check the kubelet's certificate."],
    ['limit-bytes', '', 'int', '0', 'At most so many bytes.'],
    ['max-log-requests', '', 'int', '5', 'Logs to follow at once.'],
    ['pod-running-timeout', '', 'duration', '20s', 'How long to wait for a pod.'],
    ['prefix', '', 'bool', 'false', 'Each line with its source.'],
    ['previous', 'p', 'bool', 'false', 'The log of the instance before.'],
    ['since', '', 'duration', '0s', 'Newer than so long ago: 5s, 2m, 3h.'],
    ['since-time', '', 'string', '', 'Newer than a time (RFC 3339).'],
    ['tail', '', 'int', '-1', 'The last lines only; 10 with a selector.'],
    ['timestamps', '', 'bool', 'false', 'Each line with its time.'],
  ],
  async run(context) {
    checkUsage(context)
    const pods = await podsMeant(context)
    checkFlags(context)
    const sources = pods.flatMap((pod) => sourcesIn(context, pod))
    const most = context.flags.number('max-log-requests')
    if (!context.flags.on('follow') || sources.length < 2) return printAll(context, sources)
    if (sources.length <= most) return void (await Promise.all(sources.map((source) => print(context, source))))
    throw new CliFault(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
    )
  },
}

type Source = { readonly pod: Wire; readonly container: string }

function checkUsage({ args, flags, path }: Context): void {
  const usage = (text: string): CliFault => new CliFault(`${text}\nSee '${path} -h' for help and examples`)
  if (args.length > 2 || (args.length === 0 && flags.text('selector') === '')) throw usage(USAGE)
  if (args.length === 1 && flags.text('selector') !== '') throw usage('only a selector (-l) or a POD name is allowed')
}

function checkFlags({ args, flags }: Context): void {
  if (flags.text('since-time') !== '' && flags.duration('since') !== 0) {
    throw new CliFault('at most one of `sinceTime` or `sinceSeconds` may be specified')
  }
  const container = args[1] ?? flags.text('container')
  if (flags.on('all-containers') && container !== '') {
    throw new CliFault(`--all-containers=true should not be specified with container name ${container}`)
  }
  if (flags.given('container') && args.length === 2)
    throw new CliFault('only one of -c or an inline [CONTAINER] arg is allowed')
  if (flags.number('limit-bytes') < 0) throw new CliFault('--limit-bytes must be greater than 0')
  if (flags.duration('since') < 0) throw new CliFault('--since must be greater than 0')
  if (flags.number('tail') < -1) throw new CliFault('--tail must be greater than or equal to -1')
}

async function podsMeant(context: Context): Promise<Wire[]> {
  const { args, flags, client, discovery, connection } = context
  const { namespace } = connection
  const [named] = args
  if (named === undefined) {
    const found = await podsOf(client, namespace, flags.text('selector'))
    if (found.length === 0) context.err(`No resources found in ${namespace} namespace.\n`)
    return found
  }
  const selection = await select(discovery, { args: named.includes('/') ? [named] : ['pods', named], namespace })
  const { object, resource } = await fetchOne(client, selection.named[0]!).catch((fault: StatusFault) => {
    if (!isNotFound(fault)) throw fault
    throw new CliFault(`error from server (NotFound): ${fault.message} in namespace "${namespace}"`)
  })
  if (resource.kind === 'Pod') return [object]
  return podsBehind(context, { ...object, kind: resource.kind })
}

async function podsBehind(context: Context, owner: Wire): Promise<Wire[]> {
  const { flags } = context
  const pods = await firstPods(context, owner, flags.duration('pod-running-timeout'))
  if (pods.length > 1 && flags.on('all-pods')) return pods
  if (pods.length > 1) context.err(`Found ${pods.length} pods, using pod/${pods[0]!.metadata.name}\n`)
  return [pods[0]!]
}

function sourcesIn(context: Context, pod: Wire): Source[] {
  const { flags, args } = context
  if (flags.on('all-containers')) {
    const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec
    return [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => ({ pod, container: name }))
  }
  const asked = args[1] ?? flags.text('container')
  const container = asked || defaultContainer(context, pod, !flags.on('all-pods'))
  if (pathOfContainer(pod, container) !== undefined) return [{ pod, container }]
  throw new CliFault(`container ${container} is not valid for pod ${pod.metadata.name} out of: ${containerNames(pod)}`)
}

async function printAll(context: Context, sources: readonly Source[]): Promise<void> {
  for (const source of sources) await print(context, source)
}

async function print(context: Context, { pod, container }: Source): Promise<void> {
  const { flags, client, out } = context
  const { name, namespace } = pod.metadata
  const prefix = flags.on('prefix') || flags.on('all-pods') ? `[pod/${name}/${container}] ` : ''
  const path = pathOf(
    { group: '', version: 'v1', plural: 'pods', namespaced: true },
    { namespace, name, subresource: 'log' },
  )
  try {
    const response = await client.raw('GET', path, {
      query: queryOf(context, container),
      accept: 'application/json, */*',
    })
    for await (const line of linesOf(response)) out(`${prefix}${line}`)
  } catch (fault) {
    if (!flags.on('ignore-errors')) throw fault
    out(`error: ${(fault as Error).message}\n`)
  }
}

function queryOf({ flags }: Context, container: string): Record<string, string | number | boolean | undefined> {
  const lines = flags.number('tail')
  const selected = flags.text('selector') !== '' && !flags.given('tail')
  return {
    container,
    follow: flags.on('follow') || undefined,
    previous: flags.on('previous') || undefined,
    timestamps: flags.on('timestamps') || undefined,
    insecureSkipTLSVerifyBackend: flags.on('insecure-skip-tls-verify-backend') || undefined,
    limitBytes: flags.number('limit-bytes') || undefined,
    sinceSeconds: Math.round(flags.duration('since') / 1000) || undefined,
    sinceTime: flags.text('since-time'),
    tailLines: selected ? SELECTED_TAIL : lines === -1 ? undefined : lines,
  }
}

/** Lines with their ends, as they arrive; the last may lack one. */
async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield `${line}\n`
  }
  if (rest !== '') yield rest
}
