/**
 * DefaultTolerationSeconds: a pod stays five minutes on a node that is not ready or cannot be reached.
 * Source: kubernetes/plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
import { structs, type Draft } from '../defaults/rules/rule.ts'
import type { Plugin } from './plugin.ts'

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const TOLERATION_SECONDS = 300

export const defaultTolerationSeconds: Plugin = {
  name: 'DefaultTolerationSeconds',
  kinds: ['pods'],
  admit({ object: { spec }, subresource }) {
    if (subresource !== '') return
    const tolerations = structs(spec.tolerations)
    const missing = TAINTS.filter((key) => !tolerations.some((it) => tolerates(it, key)))
    if (missing.length === 0) return
    spec.tolerations = [...tolerations, ...missing.map((key) => ({ key, ...SHORTLY }))]
  },
}

const SHORTLY = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS }

function tolerates({ key, effect }: Draft, taint: string): boolean {
  return (key === taint || !key) && (effect === 'NoExecute' || !effect)
}
