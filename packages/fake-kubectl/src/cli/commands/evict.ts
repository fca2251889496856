/**
 * Which pods leave a node that is drained, and how. Source: kubectl/pkg/drain/{drain,filters}.go.
 */
import type { Context } from '../command.ts'
import { controllerOf } from '../describe/description.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, isNotFound, ManyFaults, StatusFault } from '../errors.ts'
import { pages } from '../selection.ts'
import { quoted, type Wire } from '../wire.ts'
import { dryRunOf } from '../writing.ts'

const PODS = { group: '', version: 'v1', plural: 'pods', namespaced: true }
const RETRY_MS = 5000
const POLL_MS = 1000

/** What is to happen to a pod: `stays` without a word, or with one that is a warning or an error. */
type Verdict = { readonly goes: boolean; readonly warning?: string; readonly error?: string }

const GOES: Verdict = { goes: true }

/** @throws ManyFaults when pods stand in the way */
export async function podsToEvict(context: Context, node: string): Promise<{ pods: Wire[]; warnings: string }> {
  const { client, flags } = context
  const found: Wire[] = []
  const selection = { labels: flags.text('pod-selector'), fields: `spec.nodeName=${node}` }
  for await (const page of pages(client, { resource: PODS as never, namespace: '' }, selection))
    found.push(...page.items)
  const judged: { pod: Wire; verdict: Verdict }[] = []
  for (const pod of found) judged.push({ pod, verdict: await judge(context, pod) })
  const named = (word: 'warning' | 'error'): string[] => {
    const texts = [...new Set(judged.map(({ verdict }) => verdict[word]).filter((text) => text !== undefined))]
    return texts.map(
      (text) =>
        `${text}: ${judged
          .filter(({ verdict }) => verdict[word] === text)
          .map(({ pod }) => nameOf(pod))
          .join(', ')}`,
    )
  }
  const errors = named('error')
  if (errors.length > 0) throw new ManyFaults(errors.map((text) => new CliFault(`cannot delete ${text}`)))
  return {
    pods: judged.filter(({ verdict }) => verdict.goes).map(({ pod }) => pod),
    warnings: named('warning').join('; '),
  }
}

function nameOf({ metadata }: Wire): string {
  return `${metadata.namespace}/${metadata.name}`
}

/** The first check that keeps a pod decides; of those that let it go, the last one's warning counts. */
async function judge(context: Context, pod: Wire): Promise<Verdict> {
  let verdict = GOES
  for (const check of [endingLong, ofDaemonSet, mirrored, withLocalData, unmanaged]) {
    verdict = await check(context, pod)
    if (!verdict.goes) return verdict
  }
  return verdict
}

function isOver({ status }: Wire): boolean {
  return ['Succeeded', 'Failed'].includes(status?.phase)
}

function endingLong({ flags, ports }: Context, { metadata }: Wire): Verdict {
  const limit = flags.number('skip-wait-for-delete-timeout')
  const since = metadata.deletionTimestamp
  return { goes: !(limit > 0 && since && (ports.now() - Date.parse(since)) / 1000 > limit) }
}

async function ofDaemonSet({ flags, client }: Context, pod: Wire): Promise<Verdict> {
  const owner = controllerOf(pod.metadata)
  if (owner?.kind !== 'DaemonSet' || owner.apiVersion !== 'apps/v1' || isOver(pod)) return GOES
  const sets = { group: 'apps', version: 'v1', plural: 'daemonsets', namespaced: true }
  try {
    await client.json('GET', pathOf(sets, { namespace: pod.metadata.namespace, name: owner.name }))
  } catch (fault) {
    const { message } = fault as Error
    return isNotFound(fault) && flags.on('force') ? { goes: true, warning: message } : { goes: false, error: message }
  }
  if (flags.on('ignore-daemonsets')) return { goes: false, warning: 'ignoring DaemonSet-managed Pods' }
  return { goes: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' }
}

function mirrored(_: Context, { metadata }: Wire): Verdict {
  return { goes: metadata.annotations?.['kubernetes.io/config.mirror'] === undefined }
}

function withLocalData({ flags }: Context, pod: Wire): Verdict {
  const local = (pod.spec.volumes ?? []).some(({ emptyDir }: Wire) => emptyDir)
  if (!local || isOver(pod)) return GOES
  if (flags.on('delete-emptydir-data')) return { goes: true, warning: 'deleting Pods with local storage' }
  return { goes: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' }
}

function unmanaged({ flags }: Context, pod: Wire): Verdict {
  if (isOver(pod) || controllerOf(pod.metadata)) return GOES
  if (flags.on('force')) return { goes: true, warning: 'deleting Pods that declare no controller' }
  return { goes: false, error: 'Pods that declare no controller (use --force to override)' }
}

export async function evictAll(context: Context, node: string, pods: readonly Wire[]): Promise<void> {
  const timeoutMs = context.flags.duration('timeout')
  const endsAtMs = timeoutMs > 0 ? context.ports.now() + timeoutMs : Infinity
  const faults: unknown[] = []
  await Promise.all(pods.map((pod) => evict(context, pod, endsAtMs).catch((fault) => faults.push(fault))))
  if (faults.length === 0) return
  const fault = new ManyFaults(faults as Error[])
  const pending = await podsToEvict(context, node).catch(() => ({ pods: [] as Wire[] }))
  if (pending.pods.length > 0) {
    const names = pending.pods.map(({ metadata }) => `pod/${metadata.name}\n`).join('')
    context.err(`There are pending pods in node ${quoted(node)} when an error occurred: ${fault.message}\n${names}`)
  }
  throw fault
}

async function evict(context: Context, pod: Wire, endsAtMs: number): Promise<void> {
  const { out, err, ports, flags } = context
  const { name, namespace } = pod.metadata
  const server = dryRunOf(context) === 'server'
  for (;;) {
    if (!flags.on('disable-eviction')) out(`evicting pod ${namespace}/${name}${server ? ' (server dry run)' : ''}\n`)
    if (ports.now() >= endsAtMs) {
      throw new CliFault(
        `error when evicting pods/${quoted(name)} -n ${quoted(namespace)}: global timeout reached: ${flags.text('timeout')}`,
      )
    }
    try {
      await send(context, pod)
      break
    } catch (fault) {
      if (isNotFound(fault)) return
      const { message } = fault as Error
      if (!(fault instanceof StatusFault) || !fault.is('TooManyRequests')) {
        throw new CliFault(`error when evicting pods/${quoted(name)} -n ${quoted(namespace)}: ${message}`)
      }
      err(`error when evicting pods/${quoted(name)} -n ${quoted(namespace)} (will retry after 5s): ${message}\n`)
      await ports.wait(RETRY_MS)
    }
  }
  if (!server) await waitUntilGone(context, pod, endsAtMs)
}

function send(context: Context, { metadata }: Wire): Promise<Wire> {
  const { client, flags } = context
  const { name, namespace } = metadata
  const grace = flags.number('grace-period')
  const deleteOptions = {
    ...(grace >= 0 && { gracePeriodSeconds: grace }),
    ...(dryRunOf(context) === 'server' && { dryRun: ['All'] }),
  }
  if (flags.on('disable-eviction'))
    return client.json('DELETE', pathOf(PODS, { namespace, name }), { body: deleteOptions })
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions }
  return client.json('POST', pathOf(PODS, { namespace, name, subresource: 'eviction' }), { body })
}

async function waitUntilGone(
  { client, ports, out, flags }: Context,
  { metadata }: Wire,
  endsAtMs: number,
): Promise<void> {
  const { name, namespace, uid } = metadata
  for (;;) {
    const object = await client.json('GET', pathOf(PODS, { namespace, name })).catch((fault) => {
      if (isNotFound(fault)) return undefined
      throw fault
    })
    if (object === undefined || object.metadata.uid !== uid) {
      return out(`pod/${name} ${flags.on('disable-eviction') ? 'deleted' : 'evicted'}\n`)
    }
    if (ports.now() >= endsAtMs) {
      throw new CliFault(
        `error when waiting for pod ${quoted(name)} in namespace ${quoted(namespace)} to terminate: global timeout reached: ${flags.text('timeout')}`,
      )
    }
    await ports.wait(POLL_MS)
  }
}
