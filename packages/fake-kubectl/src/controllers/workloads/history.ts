/**
 * The templates that a StatefulSet or DaemonSet has had, each kept as a ControllerRevision.
 * Source: kubernetes/pkg/controller/history/controller_history.go; daemon/update.go; statefulset/stateful_set_utils.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { equal, type KubeObject } from '../../api/meta.ts'
import { ApiError } from '../../api/status.ts'
import type { ControllerRevision, PodTemplate } from '../../api/workloads.ts'
import type { Server } from '../../apiserver/server.ts'
import { controllerOf } from '../pod-index.ts'
import { claim } from './claim.ts'
import { controllerReference, type Owner } from './pod-control.ts'
import { safeHash } from './template-hash.ts'
import { submit, update } from '../manager.ts'

export const REVISION_HASH = 'controller-revision-hash'
const REVISIONS = builtIn('controllerrevisions.apps')

type Template = { readonly spec: { readonly template: PodTemplate; readonly selector: unknown } }

export type History = { readonly latest: ControllerRevision; readonly older: readonly ControllerRevision[] }

/** The revision of the present template, made where there is none, and those before it, the oldest first. */
export function historyOf(server: Server, owner: Owner & { readonly object: KubeObject & Template }): History {
  const { uid, namespace } = owner.object.metadata
  const candidates = server.store.list(REVISIONS, namespace).filter((it) => {
    const controller = controllerOf(it)
    return !controller || controller.uid === uid
  }) as ControllerRevision[]
  const { selector, template } = owner.object.spec
  const known = claim(server, candidates, { owner, selector, type: REVISIONS }).toSorted(
    (a, b) => a.revision - b.revision,
  )
  const data = { spec: { template: { ...template, $patch: 'replace' } } }
  const found = known.findLast((it) => equal(it.data, data))
  const next = (known.at(-1)?.revision ?? 0) + 1
  if (!found) return { latest: create(server, owner, { data, revision: next }), older: known }
  const older = known.filter((it) => it !== found)
  if (found === known.at(-1)) return { latest: found, older }
  return { latest: update(server, REVISIONS, { ...found, revision: next }) as ControllerRevision, older }
}

function create(
  server: Server,
  owner: Owner & { readonly object: KubeObject & Template },
  { data, revision }: Pick<ControllerRevision, 'data' | 'revision'>,
): ControllerRevision {
  const { name, namespace = '' } = owner.object.metadata
  const { template } = owner.object.spec
  for (let collisions = 0; ; collisions++) {
    const hash = safeHash(template, collisions === 0 ? undefined : collisions)
    const metadata = {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [REVISION_HASH]: hash },
      ownerReferences: [controllerReference(owner)],
    }
    try {
      return submit(server, REVISIONS, { metadata, data, revision } as KubeObject) as ControllerRevision
    } catch (fault) {
      // Another template has this name: it gets another one.
      if (!(fault instanceof ApiError) || fault.reason !== 'AlreadyExists') throw fault
    }
  }
}

/** The oldest beyond the limit go, but for those that pods still have. */
export function forgetOldest(server: Server, { older }: History, limit: number, inUse: ReadonlySet<string>): void {
  const unused = older.filter(({ metadata }) => !inUse.has(metadata.name) && !inUse.has(hashOf({ metadata })))
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit)))
    server.store.delete(REVISIONS, metadata.namespace ?? '', metadata.name)
}

export function hashOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return metadata.labels?.[REVISION_HASH] ?? ''
}

/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): PodTemplate {
  const { $patch: _patch, ...template } = (data as { spec: { template: PodTemplate & { $patch: string } } }).spec
    .template
  return template
}
