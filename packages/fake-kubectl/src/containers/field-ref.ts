/**
 * The downward API: what a pod may know of itself, by fieldPath and by resource of a container.
 * Source: pkg/fieldpath/fieldpath.go; pkg/api/v1/resource/helpers.go ExtractContainerResourceValue.
 */
import { parseQuantity } from '../api/quantity.ts'
import type { Container, Pod } from '../api/types.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'

const SUBSCRIPT = /^metadata\.(labels|annotations)\['(.*)'\]$/

/** The value of `metadata.name`, `metadata.labels['app']`, `status.podIP` and the like; undefined when there is no such field. */
export function fieldValue({ metadata, spec, status }: Pod, fieldPath: string): string | undefined {
  const [, map, key = ''] = SUBSCRIPT.exec(fieldPath) ?? []
  if (map) return metadata[map as 'labels' | 'annotations']?.[key] ?? ''
  const values: Record<string, () => string> = {
    'metadata.name': () => metadata.name,
    'metadata.namespace': () => metadata.namespace ?? '',
    'metadata.uid': () => metadata.uid ?? '',
    'metadata.labels': () => lines(metadata.labels),
    'metadata.annotations': () => lines(metadata.annotations),
    'spec.nodeName': () => spec.nodeName ?? '',
    'spec.serviceAccountName': () => spec.serviceAccountName ?? '',
    'status.hostIP': () => status.hostIP ?? '',
    'status.hostIPs': () => status.hostIP ?? '',
    'status.podIP': () => status.podIP ?? '',
    'status.podIPs': () => (status.podIPs ?? []).map(({ ip }) => ip).join(','),
  }
  return values[fieldPath]?.()
}

/** `limits.cpu` in whole units of the divisor, rounded up; where no limit is set, what the node has. */
export function resourceValue(
  { resources }: Container,
  { resource, divisor = '1' }: { resource: string; divisor?: string },
  kubelet: Kubelet | undefined,
): string | undefined {
  const [kind, name = ''] = resource.split(/\.(.*)/s)
  const set = kind === 'limits' || kind === 'requests' ? resources?.[kind]?.[name] : undefined
  const amount = set === undefined ? absent(kind, name, kubelet) : parseQuantity(set)
  const unit = parseQuantity(divisor) || 1
  return amount === undefined ? undefined : String(Math.ceil(Number((amount / unit).toFixed(6))))
}

function absent(kind: string | undefined, name: string, kubelet: Kubelet | undefined): number | undefined {
  if (kind === 'requests') return 0
  const allocatable: Record<string, number | undefined> = {
    cpu: kubelet?.cores,
    memory: kubelet?.memoryBytes,
    'ephemeral-storage': kubelet?.disk.capacityBytes,
  }
  return allocatable[name]
}

function lines(map: Readonly<Record<string, string>> = {}): string {
  const sorted = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join('\n')
}
