/**
 * The indexes of an Indexed Job: which of its pods stands for which part of the work, and sets of them as text, `0-3,7`.
 * Source: kubernetes/pkg/controller/job/indexed_job_utils.go.
 */
import type { Container, Pod } from '../../../api/types.ts'
import type { PodTemplate } from '../../../api/workloads.ts'

const INDEX = 'batch.kubernetes.io/job-completion-index'

/** @returns undefined when it has none, or none that can be */
export function indexOf({ metadata }: Pod, completions: number): number | undefined {
  const text = metadata.annotations?.[INDEX] ?? ''
  const index = Number(text)
  return /^\d+$/.test(text) && index < completions ? index : undefined
}

export function parseIndexes(text = ''): Set<number> {
  const ranges = text.split(',').filter(Boolean)
  return new Set(
    ranges.flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    }),
  )
}

export function formatIndexes(indexes: ReadonlySet<number>): string {
  const ranges: [number, number][] = []
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === index - 1) last[1] = index
    else ranges.push([index, index])
  }
  // Two that follow each other are still written one by one.
  return ranges
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last - first > 1 ? '-' : ','}${last}`))
    .join()
}

/** The lowest that are neither done nor being worked on. */
export function nextIndexes(count: number, completions: number, taken: ReadonlySet<number>): number[] {
  const free: number[] = []
  for (let index = 0; index < completions && free.length < count; index++) if (!taken.has(index)) free.push(index)
  return free
}

/** Its containers learn their index from their environment. */
export function indexed(template: PodTemplate, index: number): PodTemplate {
  const { metadata, spec } = template
  const [labels, annotations] = [metadata?.labels, metadata?.annotations].map((it) => ({
    ...it,
    [INDEX]: String(index),
  }))
  const fieldPath = `metadata.labels['${INDEX}']`
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } }
  const told = (container: Container): Container => {
    const env = (container['env'] ?? []) as { name: string }[]
    return env.some(({ name }) => name === variable.name) ? container : { ...container, env: [...env, variable] }
  }
  return {
    metadata: { ...metadata, labels: labels!, annotations: annotations! },
    spec: {
      ...spec,
      containers: spec.containers.map(told),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(told) }),
    },
  }
}
