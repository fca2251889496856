/**
 * `kubectl rollout status`: waits until all pods are new. Source: kubectl/pkg/cmd/rollout/rollout_status.go,
 * polymorphichelpers/rollout_status.go.
 */
import type { Context } from '../command.ts'
import { pathOf } from '../discovery.ts'
import { CliFault, StatusFault, throwAll } from '../errors.ts'
import { infosMeant } from '../pod-templates.ts'
import type { Info } from '../selection.ts'
import { quoted, type Wire } from '../wire.ts'

type Progress = { readonly text: string; readonly done: boolean }

export async function status(context: Context): Promise<void> {
  const { args, flags, connection, err } = context
  if (args.length === 0 && flags.list('filename').length === 0) throw new CliFault('required resource not specified')
  if (flags.number('revision') < 0) throw new CliFault(`revision must be a positive integer: ${flags.text('revision')}`)
  const { infos, faults } = await infosMeant(context, args, true)
  for (const info of infos) await follow(context, info).catch((fault) => faults.push(fault))
  throwAll(faults)
  if (infos.length === 0) err(`No resources found in ${connection.namespace} namespace.\n`)
}

async function follow(context: Context, info: Info): Promise<void> {
  const { flags, client, out } = context
  const view = viewerOf(info, flags.number('revision'))
  const ended = new AbortController()
  const timeoutMs = flags.duration('timeout')
  const timer = timeoutMs > 0 ? setTimeout(() => ended.abort(), timeoutMs) : undefined
  try {
    const query = { watch: true, fieldSelector: `metadata.name=${info.name}`, resourceVersion: '0' }
    for await (const { type, object } of client.watch(
      pathOf(info.resource, { namespace: info.namespace }),
      { query },
      ended.signal,
    )) {
      if (type === 'BOOKMARK') continue
      if (type === 'ERROR') throw new StatusFault(object)
      if (type === 'DELETED') throw new CliFault('object has been deleted')
      const { text, done } = view(object)
      out(text)
      if (done || !flags.on('watch')) return
    }
  } finally {
    clearTimeout(timer)
    ended.abort()
  }
  throw new CliFault('timed out waiting for the condition')
}

function viewerOf({ resource }: Info, revision: number): (object: Wire) => Progress {
  switch (resource.kind) {
    case 'Deployment':
      return (object) => deploymentProgress(object, revision)
    case 'DaemonSet':
      return daemonSetProgress
    case 'StatefulSet':
      return statefulSetProgress
    default:
      throw new CliFault(
        `no status viewer has been implemented for ${resource.kind}${resource.group && `.${resource.group}`}`,
      )
  }
}

const going = (text: string): Progress => ({ text: `${text}\n`, done: false })
const over = (text: string): Progress => ({ text: `${text}\n`, done: true })

function deploymentProgress({ metadata, spec, status: is = {} }: Wire, revision: number): Progress {
  const name = quoted(metadata.name)
  const running = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
  if (revision > 0 && revision !== running) {
    throw new CliFault(`desired revision (${revision}) is different from the running revision (${running})`)
  }
  if (metadata.generation > (is.observedGeneration ?? 0))
    return going('Waiting for deployment spec update to be observed...')
  const progressing = (is.conditions ?? []).find(({ type }: Wire) => type === 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    throw new CliFault(`deployment ${name} exceeded its progress deadline`)
  const { updatedReplicas: updated = 0, replicas = 0, availableReplicas: available = 0 } = is
  const waiting = `Waiting for deployment ${name} rollout to finish:`
  if (updated < spec.replicas)
    return going(`${waiting} ${updated} out of ${spec.replicas} new replicas have been updated...`)
  if (replicas > updated) return going(`${waiting} ${replicas - updated} old replicas are pending termination...`)
  if (available < updated) return going(`${waiting} ${available} of ${updated} updated replicas are available...`)
  return over(`deployment ${name} successfully rolled out`)
}

function confirmRolling(strategy: string | undefined): void {
  if (strategy !== 'RollingUpdate')
    throw new CliFault('rollout status is only available for RollingUpdate strategy type')
}

function daemonSetProgress({ metadata, spec, status: is = {} }: Wire): Progress {
  confirmRolling(spec.updateStrategy?.type)
  const name = quoted(metadata.name)
  if (metadata.generation > (is.observedGeneration ?? 0))
    return going('Waiting for daemon set spec update to be observed...')
  const {
    updatedNumberScheduled: updated = 0,
    desiredNumberScheduled: desired = 0,
    numberAvailable: available = 0,
  } = is
  const waiting = `Waiting for daemon set ${name} rollout to finish:`
  if (updated < desired) return going(`${waiting} ${updated} out of ${desired} new pods have been updated...`)
  if (available < desired) return going(`${waiting} ${available} of ${desired} updated pods are available...`)
  return over(`daemon set ${name} successfully rolled out`)
}

function statefulSetProgress({ metadata, spec, status: is = {} }: Wire): Progress {
  confirmRolling(spec.updateStrategy?.type)
  if (!is.observedGeneration || metadata.generation > is.observedGeneration) {
    return going('Waiting for statefulset spec update to be observed...')
  }
  const {
    readyReplicas: ready = 0,
    updatedReplicas: updated = 0,
    currentReplicas = 0,
    updateRevision,
    currentRevision,
  } = is
  if (ready < spec.replicas) return going(`Waiting for ${spec.replicas - ready} pods to be ready...`)
  const rolling = spec.updateStrategy.rollingUpdate
  if (rolling) {
    const wanted = spec.replicas - (rolling.partition ?? 0)
    if (rolling.partition !== undefined && updated < wanted) {
      return going(
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted} new pods have been updated...`,
      )
    }
    return over(`partitioned roll out complete: ${updated} new pods have been updated...`)
  }
  if (updateRevision !== currentRevision) {
    return going(`waiting for statefulset rolling update to complete ${updated} pods at revision ${updateRevision}...`)
  }
  return over(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`)
}
