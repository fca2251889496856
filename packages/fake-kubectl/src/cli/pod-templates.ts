/**
 * Objects that hold a pod, and changing it: the difference goes to the server as a strategic merge patch.
 * Source: kubectl/pkg/cmd/set/helper.go; kubectl/pkg/polymorphichelpers/updatepodspec.go.
 */
import { copy } from '../api/meta.ts'
import { createTwoWayPatch } from '../api/patch/strategic-diff.ts'
import { manifestsOf, type Context } from './command.ts'
import { CliFault } from './errors.ts'
import { fetchSelected, infoName, select, type Info } from './selection.ts'
import type { Wire } from './wire.ts'
import { donePrinter, dryRunOf, patchObject, STRATEGIC, typeOf, writeQuery } from './writing.ts'

/** Where the pod's spec is; undefined for a kind that holds none. */
export function podSpecOf(kind: string, object: Wire): Wire {
  switch (kind) {
    case 'Pod':
      return object.spec
    case 'CronJob':
      return object.spec.jobTemplate.spec.template.spec
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'ReplicationController':
      return object.spec.template.spec
    default:
      return undefined
  }
}

/** Those meant by arguments, files and selectors; with `typeMeansAll`, a type alone means all of it. */
export async function infosMeant(
  context: Context,
  args: readonly string[],
  typeMeansAll: boolean,
): Promise<{ infos: Info[]; faults: unknown[] }> {
  const { flags, connection, discovery, client } = context
  const manifests = await manifestsOf(context)
  const query = { args, namespace: connection.namespace, labels: flags.text('selector'), typeMeansAll }
  return fetchSelected(client, await select(discovery, { ...query, ...(manifests && { manifests }) }))
}

export type Change = {
  /** Changes the copy it is given; what it throws is told about the object. */
  readonly mutate: (object: Wire, info: Info) => void
  readonly operation: string
  readonly manager: string
  /** What stands before the server's refusal. */
  readonly failure: string
  /** Told of each object that stays as it is; without it, nothing is printed. */
  readonly unchanged?: (info: Info) => void
  /** How a fault of `mutate` is told; `error: deployments/web …` when absent. */
  readonly about?: (info: Info, fault: Error) => Error
}

/** Changes objects one after the other and tells of each. */
export async function changeAll(context: Context, infos: readonly Info[], change: Change): Promise<unknown[]> {
  const done = donePrinter(context)
  const local = dryRunOf(context) === 'client' || localOnly(context)
  const faults: unknown[] = []
  for (const info of infos) {
    const object = copy(info.object)
    try {
      change.mutate(object, info)
    } catch (fault) {
      faults.push(
        change.about?.(info, fault as Error) ?? new CliFault(`error: ${infoName(info)} ${(fault as Error).message}\n`),
      )
      continue
    }
    const type = typeOf(info.resource)
    const patch = type ? createTwoWayPatch(info.object, object, type) : {}
    if (Object.keys(patch).length === 0) change.unchanged?.(info)
    else if (local) done(object, change.operation)
    else
      await send(context, info, patch, change).then(
        (made) => done(made, change.operation),
        (fault) => faults.push(fault),
      )
  }
  return faults
}

function localOnly({ flags }: Context): boolean {
  return flags.text('local') === 'true'
}

async function send(context: Context, info: Info, patch: Wire, { manager, failure }: Change): Promise<Wire> {
  const query = writeQuery(context, manager)
  return patchObject(context, info, patch, { contentType: STRATEGIC, query }).catch((fault: Error) => {
    throw failure === '' ? fault : new CliFault(`${failure}${fault.message}`)
  })
}

/** The containers a name or a pattern with `*` means; init containers come last. */
export function containersNamed(spec: Wire, pattern: string): Wire[] {
  const matches = new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].filter(({ name }) => matches.test(name))
}
