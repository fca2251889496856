/**
 * A finalizer holds each pod of a Job until it has been counted, so that none is forgotten and none counts twice.
 * Source: kubernetes/pkg/controller/job/{job_controller,tracking_utils}.go.
 */
import { builtIn } from '../../../api/kinds/built-in.ts'
import type { Pod } from '../../../api/types.ts'
import type { PodTemplate } from '../../../api/workloads.ts'
import type { Server } from '../../../apiserver/server.ts'
import { withoutFinalizer, write } from '../../release.ts'

const PODS = builtIn('pods')
const TRACKING = 'batch.kubernetes.io/job-tracking'

export function tracked(template: PodTemplate): PodTemplate {
  const finalizers = [...(template.metadata?.finalizers ?? []), TRACKING]
  return { ...template, metadata: { ...template.metadata, finalizers } }
}

/** Has nobody counted it yet? */
export function isTracked({ metadata }: Pick<Pod, 'metadata'>): boolean {
  return metadata.finalizers?.includes(TRACKING) ?? false
}

export function letGo(server: Server, { metadata }: Pod): void {
  const pod = server.store.find(PODS, metadata.namespace ?? '', metadata.name)
  if (pod && isTracked(pod)) write(server, PODS, withoutFinalizer(pod, TRACKING))
}
