/**
 * `kubectl top`: what nodes and pods use, from the metrics API. Source: kubectl/pkg/cmd/top, pkg/metricsutil.
 */
import type { Command, Context } from '../command.ts'
import { add, quantity, ZERO, type Quantity } from '../describe/quantities.ts'
import { CliFault } from '../errors.ts'
import { ALL_NAMESPACES, FIELD_SELECTOR, SELECTOR } from '../flag-rows.ts'
import type { FlagRow } from '../flags.ts'
import { align, TABLE } from '../tab-writer.ts'
import { byBytes, type Wire } from '../wire.ts'

const METRICS = '/apis/metrics.k8s.io/v1beta1'
const SORT_BY: FlagRow = ['sort-by', '', 'string', '', 'cpu or memory.']
const NO_HEADERS: FlagRow = ['no-headers', '', 'bool', 'false', 'No header line.']
const PROTOBUF: FlagRow = ['use-protocol-buffers', '', 'bool', 'true', 'Taken and not used: JSON it is.']
const SWAP: FlagRow = ['show-swap', '', 'bool', 'false', 'Swap memory, too.']

export const top: Command = {
  name: 'top',
  short: 'Display resource (CPU/memory) usage',
  commands: [
    {
      name: 'node',
      aliases: ['nodes', 'no'],
      short: 'Display resource (CPU/memory) usage of nodes',
      usage: '[NAME | -l label]',
      flags: [
        NO_HEADERS,
        PROTOBUF,
        SELECTOR,
        SORT_BY,
        SWAP,
        ['show-capacity', '', 'bool', 'false', 'In percent of all there is.'],
      ],
      run: topNode,
    },
    {
      name: 'pod',
      aliases: ['pods', 'po'],
      short: 'Display resource (CPU/memory) usage of pods',
      usage: '[NAME | -l label]',
      flags: [
        ALL_NAMESPACES,
        FIELD_SELECTOR,
        NO_HEADERS,
        PROTOBUF,
        SELECTOR,
        SORT_BY,
        SWAP,
        ['containers', '', 'bool', 'false', 'A line a container.'],
        ['sum', '', 'bool', 'false', 'The sum at the end.'],
      ],
      run: topPod,
    },
  ],
}

type Usage = Record<string, Quantity>

function validate({ flags, args, path }: Context, use: string, selectors: readonly string[]): void {
  if (args.length > 1) throw new CliFault(`${use}\nSee '${path} -h' for help and examples`)
  if (!['', 'cpu', 'memory'].includes(flags.text('sort-by'))) throw new CliFault('--sort-by accepts only cpu or memory')
  if (args.length === 1 && selectors.some((flag) => flags.text(flag) !== ''))
    throw new CliFault('only one of NAME or selector can be provided')
}

async function confirmAvailable({ discovery }: Context): Promise<void> {
  if ((await discovery.resources()).some(({ group }) => group === 'metrics.k8s.io')) return
  throw new CliFault('Metrics API not available')
}

async function topNode(context: Context): Promise<void> {
  validate(context, 'node [NAME | -l label]', ['selector'])
  await confirmAvailable(context)
  const { args, client, flags, out } = context
  const query = { labelSelector: flags.text('selector') }
  const [name] = args
  const metrics = name
    ? [await client.json('GET', `${METRICS}/nodes/${name}`)]
    : (await client.json('GET', `${METRICS}/nodes`, { query })).items
  if (metrics.length === 0) throw new CliFault('metrics not available yet')
  const nodes: Wire[] = name
    ? [await client.json('GET', `/api/v1/nodes/${name}`)]
    : (await client.json('GET', '/api/v1/nodes', { query })).items
  const of = flags.on('show-capacity') ? 'capacity' : 'allocatable'
  const whole = new Map<string, Wire>(nodes.map((node) => [node.metadata.name, node.status[of] ?? {}]))
  const rows = sorted(
    flags.text('sort-by'),
    metrics.map((it: Wire) => ({ name: it.metadata.name, usage: usageOf(it.usage) })),
  )
  const lines = rows.map(({ name: its, usage }) => [its, ...shares(usage, whole.get(its) ?? {}), ''])
  const missing = nodes.filter(({ metadata }) => !rows.some((row) => row.name === metadata.name))
  const unknown = missing.map(({ metadata }) => [metadata.name, '<unknown>', '<unknown>', '<unknown>', '<unknown>', ''])
  const header = flags.on('no-headers') ? [] : [['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', '']]
  out(table([...header, ...lines, ...unknown]))
}

function shares(usage: Usage, whole: Wire): string[] {
  return ['cpu', 'memory'].flatMap((name) => {
    const used = usage[name] ?? ZERO
    const available = quantity(whole[name])
    const percent = available.nano === 0n ? 0 : Math.trunc((Number(used.nano) / Number(available.nano)) * 100)
    return whole[name] === undefined ? [amount(name, used)] : [amount(name, used), `${percent}%`]
  })
}

async function topPod(context: Context): Promise<void> {
  validate(context, 'pod [NAME | -l label]', ['selector', 'field-selector'])
  await confirmAvailable(context)
  const { flags, err, connection } = context
  const all = flags.on('all-namespaces')
  const metrics = await podMetrics(context)
  if (metrics.length > 0) return printPods(context, metrics)
  await confirmNoPods(context)
  err(all ? 'No resources found\n' : `No resources found in ${connection.namespace} namespace.\n`)
}

async function podMetrics({ args, client, flags, connection }: Context): Promise<Wire[]> {
  const scope = flags.on('all-namespaces') ? '' : `/namespaces/${connection.namespace}`
  const [name] = args
  if (name) return [await client.json('GET', `${METRICS}${scope}/pods/${name}`)]
  const query = { labelSelector: flags.text('selector'), fieldSelector: flags.text('field-selector') }
  return (await client.json('GET', `${METRICS}${scope}/pods`, { query })).items
}

async function confirmNoPods({ client, flags, connection }: Context): Promise<void> {
  const query = { labelSelector: flags.text('selector'), fieldSelector: flags.text('field-selector') }
  const { items } = await client.json('GET', `/api/v1/namespaces/${connection.namespace}/pods`, { query })
  if (items.length > 0) throw new CliFault('metrics not available yet')
}

function printPods({ flags, out }: Context, metrics: Wire[]): void {
  const [all, containers] = [flags.on('all-namespaces'), flags.on('containers')]
  const pods = metrics.map((it) => ({
    namespace: it.metadata.namespace,
    name: it.metadata.name,
    usage: totalOf(it),
    containers: it.containers,
  }))
  const ordered =
    all && flags.text('sort-by') === ''
      ? pods.toSorted((a, b) => byBytes(a.namespace, b.namespace) || byBytes(a.name, b.name))
      : sorted(flags.text('sort-by'), pods)
  const lines = ordered.flatMap((pod) => {
    const head = [...(all ? [pod.namespace] : [])]
    if (!containers) return [[...head, pod.name, ...amounts(pod.usage), '']]
    const inside = sorted(
      flags.text('sort-by'),
      pod.containers.map((it: Wire) => ({ name: it.name, usage: usageOf(it.usage) })),
    )
    return inside.map(({ name, usage }) => [...head, pod.name, name, ...amounts(usage), ''])
  })
  const columns = [...(all ? ['NAMESPACE'] : []), ...(containers ? ['POD'] : []), 'NAME', 'CPU(cores)', 'MEMORY(bytes)']
  const header = flags.on('no-headers') ? [] : [[...columns, '']]
  const empty = columns.slice(0, -2).map(() => '')
  const sum = pods.reduce((total: Usage, { usage }) => plus(total, usage), {})
  const footer = flags.on('sum')
    ? [
        [...empty, '________', '________', ''],
        [...empty, ...amounts(sum), ''],
      ]
    : []
  out(table([...header, ...lines, ...footer]))
}

function usageOf(usage: Wire): Usage {
  return { cpu: quantity(usage.cpu), memory: quantity(usage.memory) }
}

function plus(a: Usage, b: Usage): Usage {
  return { cpu: add(a['cpu'] ?? ZERO, b['cpu'] ?? ZERO), memory: add(a['memory'] ?? ZERO, b['memory'] ?? ZERO) }
}

function totalOf({ containers = [] }: Wire): Usage {
  return containers.map(({ usage }: Wire) => usageOf(usage)).reduce(plus, { cpu: ZERO, memory: ZERO })
}

function amounts(usage: Usage): string[] {
  return ['cpu', 'memory'].map((name) => amount(name, usage[name] ?? ZERO))
}

/** Thousandths of a core, rounded up; whole mebibytes. */
function amount(name: string, { nano }: Quantity): string {
  if (name === 'cpu') return `${(nano + 999_999n) / 1_000_000n}m`
  const bytes = (nano + 999_999_999n) / 1_000_000_000n
  return `${bytes / (1024n * 1024n)}Mi`
}

function sorted<T extends { name: string; usage: Usage }>(field: string, rows: T[]): T[] {
  if (field === '') return rows.toSorted((a, b) => byBytes(a.name, b.name))
  return rows.toSorted((a, b) => Number((b.usage[field] ?? ZERO).nano - (a.usage[field] ?? ZERO).nano))
}

function table(rows: readonly (readonly string[])[]): string {
  return align(rows.map((cells) => `${cells.join('\t')}\n`).join(''), TABLE)
}
