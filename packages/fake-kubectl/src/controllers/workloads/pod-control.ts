/**
 * Creates and deletes pods for a controller, and tells of it.
 * Source: kubernetes/pkg/controller/controller_utils.go, RealPodControl and slowStartBatch.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { apiVersionOf, type ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject, ObjectMeta, OwnerReference } from '../../api/meta.ts'
import { ApiError } from '../../api/status.ts'
import type { Pod, PodSpec } from '../../api/types.ts'
import type { PodTemplate } from '../../api/workloads.ts'
import { isTerminating as isEnding } from '../../apiserver/admission/namespace-lifecycle.ts'
import type { Server } from '../../apiserver/server.ts'
import { deleteObject } from '../../apiserver/verbs/deletion.ts'
import { tell } from '../event-recorder.ts'
import { submit } from '../manager.ts'

const PODS = builtIn('pods')

/** For whom it is done: the object, its kind, and the name under which its controller tells of it. */
export type Owner = { readonly type: ResourceType; readonly object: KubeObject; readonly component: string }

export function controllerReference({ type, object }: Omit<Owner, 'component'>): OwnerReference {
  const { name, uid = '' } = object.metadata
  const apiVersion = apiVersionOf(type)
  return { apiVersion, kind: type.kind, name, uid, controller: true, blockOwnerDeletion: true }
}

export type NewPod = { readonly metadata?: Partial<ObjectMeta>; readonly spec?: Partial<PodSpec> }

/**
 * @param given what is other than the template says; without a name it gets one of its own
 * @throws ApiError when it is refused; an event tells so
 */
export function createPod(server: Server, owner: Owner, template: PodTemplate, given: NewPod = {}): Pod {
  const { namespace = '' } = owner.object.metadata
  const pod = draftPod(owner, template, given)
  try {
    const created = submit(server, PODS, pod) as Pod
    say(server, owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
    return created
  } catch (fault) {
    // In a namespace that goes away nobody is told.
    if (fault instanceof ApiError && !isEnding(server.store, namespace)) {
      say(server, owner, 'Warning', 'FailedCreate', `Error creating: ${fault.message}`)
    }
    throw fault
  }
}

/** A pod of the template that belongs to the owner, as yet unsent. */
export function draftPod({ type, object }: Omit<Owner, 'component'>, template: PodTemplate, given: NewPod = {}): Pod {
  const { name, namespace = '' } = object.metadata
  const { labels, annotations, finalizers } = template.metadata ?? {}
  const metadata = {
    generateName: `${name}-`,
    namespace,
    ...(labels && { labels: { ...labels } }),
    ...(annotations && { annotations: { ...annotations } }),
    ...(finalizers && { finalizers: [...finalizers] }),
    ownerReferences: [controllerReference({ type, object })],
    ...given.metadata,
  }
  return { metadata, spec: { ...template.spec, ...given.spec } } as unknown as Pod
}

export function deletePod(server: Server, owner: Owner, pod: Pod): void {
  if (pod.metadata.deletionTimestamp !== undefined) return
  const now = server.store.find(PODS, pod.metadata.namespace ?? '', pod.metadata.name)
  if (!now || now.metadata.uid !== pod.metadata.uid) return
  deleteObject(server, PODS, now, {})
  say(server, owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
}

/**
 * Does it `count` times, first once, then twice as often each time: what will be refused is not asked for a thousand times.
 *
 * @returns how often it went well, and the first refusal
 */
export function slowStart(count: number, act: (index: number) => void): { done: number; fault?: ApiError } {
  let done = 0
  for (let size = 1; done < count; size *= 2) {
    const faults: ApiError[] = []
    const batch = Math.min(size, count - done)
    for (let i = 0; i < batch; i++) {
      try {
        act(done + i)
      } catch (fault) {
        if (!(fault instanceof ApiError)) throw fault
        faults.push(fault)
      }
    }
    done += batch - faults.length
    if (faults.length > 0) return { done, fault: faults[0]! }
  }
  return { done }
}

function say(server: Server, owner: Owner, type: 'Normal' | 'Warning', reason: string, message: string): void {
  tell(server, owner.type, owner.object, { type, reason, message, component: owner.component })
}
