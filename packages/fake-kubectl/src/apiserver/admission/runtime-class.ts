/**
 * RuntimeClass: a pod that names one gets its overhead, and goes where it is supported.
 * Source: kubernetes/plugin/pkg/admission/runtimeclass/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, equal } from '../../api/meta.ts'
import { structs } from '../defaults/rules/rule.ts'
import { isCreate, refused, type Plugin } from './plugin.ts'

const CLASSES = builtIn('runtimeclasses.node.k8s.io')

export const runtimeClass: Plugin = {
  name: 'RuntimeClass',
  kinds: ['pods'],
  admit(write) {
    const { server, object, user } = write
    const { spec } = object
    if (!isCreate(write) || !user) return
    const found = spec.runtimeClassName && server.store.find(CLASSES, '', spec.runtimeClassName)
    if (spec.runtimeClassName && !found) {
      throw refused(write, `pod rejected: RuntimeClass "${spec.runtimeClassName}" not found`)
    }
    const overhead = at(found, 'overhead.podFixed')
    if (spec.overhead !== undefined && !equal(spec.overhead, overhead)) {
      throw refused(write, overhead ? OTHER_OVERHEAD : NO_OVERHEAD)
    }
    if (overhead) spec.overhead = overhead
    const selector = at(found, 'scheduling.nodeSelector')
    if (selector) spec.nodeSelector = { ...(selector as object), ...spec.nodeSelector }
    const tolerations = structs(at(found, 'scheduling.tolerations'))
    if (tolerations.length > 0) spec.tolerations = [...structs(spec.tolerations), ...tolerations]
  },
}

const OTHER_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
const NO_OVERHEAD = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'
