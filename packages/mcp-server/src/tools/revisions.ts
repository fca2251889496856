/**
 * The history of a workload: the ReplicaSets of a Deployment, the ControllerRevisions of a StatefulSet or DaemonSet.
 *
 * Source: kubectl, pkg/polymorphichelpers (history, rollback).
 */
import { ToolError } from '../errors.ts'
import type { KubeClient, Patch } from '../kube/client.ts'
import { pathOf, spelled, type KubeObject, type Target } from '../kube/object.ts'
import { kubePath } from '../kube/path.ts'
import type { ToolAttributes } from './tool.ts'

export type Revision = {
  readonly revision: number
  readonly created: string
  /** What `kubernetes.io/change-cause` says; empty when nothing does. */
  readonly cause: string
  readonly images: readonly string[]
  /** What brings this revision back. */
  readonly back: Patch
}

const HISTORY: Readonly<Record<string, string>> = {
  deployments: 'replicasets',
  statefulsets: 'controllerrevisions',
  daemonsets: 'controllerrevisions',
}

/** What reading the history takes; the workload itself must be readable too. */
export function revisionNeeds(target: Target): ToolAttributes[] {
  const namespace = target.namespace
  const history = { verb: 'list', apiGroup: 'apps', resource: historyOf(target) }
  return [{ ...history, ...(namespace !== undefined && { namespace }) }]
}

function historyOf(target: Target): string {
  const history = HISTORY[target.resource.resource]
  if (history !== undefined) return history
  throw new ToolError(`${spelled(target)}: expected a deployment, statefulset or daemonset; others have no history`)
}

/** Oldest first; the last one is the current. */
export async function revisionsOf(kube: KubeClient, target: Target): Promise<readonly Revision[]> {
  const { metadata } = await kube.get<KubeObject>(pathOf(target))
  const history = historyOf(target)
  const path = kubePath`/apis/apps/v1/namespaces/${target.namespace ?? ''}/${history}`
  const owned = (await kube.list<Owned>(path)).filter(({ metadata: { ownerReferences = [] } }) =>
    ownerReferences.some(({ uid, controller }) => controller === true && uid === metadata.uid),
  )
  return owned
    .map((object) => (history === 'replicasets' ? ofReplicaSet(object) : ofControllerRevision(object)))
    .toSorted((a, b) => a.revision - b.revision)
}

type Template = {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly [field: string]: unknown }
  readonly spec?: { readonly containers?: readonly { readonly image?: string }[] }
}

type Owned = {
  readonly metadata: KubeObject['metadata'] & {
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[]
  }
  readonly spec?: { readonly template: Template }
  readonly revision?: number
  readonly data?: { readonly spec?: { readonly template?: Template } }
}

const HASH_LABEL = 'pod-template-hash'

function ofReplicaSet(object: Owned): Revision {
  const { metadata = {}, ...rest } = object.spec!.template
  const { [HASH_LABEL]: _hash, ...labels } = metadata.labels ?? {}
  const template = { ...rest, metadata: { ...metadata, labels } }
  const revision = Number(object.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
  const back: Patch = { type: 'json', body: [{ op: 'replace', path: '/spec/template', value: template }] }
  return { ...told(object, template), revision, back }
}

/** Its data is the patch itself, in the strategic language. */
function ofControllerRevision(object: Owned): Revision {
  const back: Patch = { type: 'strategic', body: object.data ?? {} }
  return { ...told(object, object.data?.spec?.template ?? {}), revision: object.revision ?? 0, back }
}

function told({ metadata }: Owned, template: Template): Pick<Revision, 'created' | 'cause' | 'images'> {
  return {
    created: String(metadata['creationTimestamp'] ?? ''),
    cause: metadata.annotations?.['kubernetes.io/change-cause'] ?? '',
    images: (template.spec?.containers ?? []).map(({ image = '' }) => image),
  }
}
