/**
 * A Job marks its pods with its own uid, so that no two Jobs can ever claim the same ones.
 * Source: kubernetes/pkg/registry/batch/job/strategy.go, generateSelector.
 */
import { struct, type Draft } from '../defaults/rules/rule.ts'
import type { Strategy } from './strategy.ts'

const PREFIX = 'batch.kubernetes.io/'

export const jobs: Strategy = {
  prepareForCreate({ object: { metadata, spec } }) {
    if (spec?.manualSelector === true || typeof spec !== 'object') return
    const { uid = '', name } = metadata
    const labels = struct(struct(struct(spec, 'template'), 'metadata'), 'labels')
    const marks = { 'controller-uid': uid, 'job-name': name }
    // A label that somebody set by hand stays, for validation to complain of.
    for (const [key, value] of Object.entries({ ...marks, ...prefixed(marks) })) labels[key] ??= value
    struct(struct(spec, 'selector'), 'matchLabels')[`${PREFIX}controller-uid`] ??= uid
  },
}

function prefixed(marks: Record<string, string>): Draft {
  return Object.fromEntries(Object.entries(marks).map(([key, value]) => [PREFIX + key, value]))
}
