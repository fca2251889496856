/**
 * How a breach of the Pod Security Standards is found and said: `container "a" must not …`, `volumes "x", "y"`.
 * Source: k8s.io/pod-security-admission/policy/{helpers,visitor}.go.
 */
import type { Container, PodSpec } from '../../../api/types.ts'

/** What is wrong: `privileged (container "a" must not set …)`; undefined when nothing is. */
export type Check = (pod: Subject) => string | undefined

export type Fields = Readonly<Record<string, any>>
export type Subject = { readonly spec: PodSpec & Fields }

export type Named = Container & { readonly name: string; readonly securityContext?: Fields }

export function containersOf({ spec }: Subject): Named[] {
  return [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...((spec['ephemeralContainers'] ?? []) as Container[]),
  ] as Named[]
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ')
}

/** `container "a"`, `containers "a", "b"`. */
export function these(word: string, names: readonly string[]): string {
  return `${word}${names.length === 1 ? '' : 's'} ${quoted(names)}`
}

export function namesOf(containers: readonly Named[]): string[] {
  return containers.map(({ name }) => name)
}

export function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

/** A reason, and its details; nothing when there are no details. */
export function said(reason: string, details: readonly (string | undefined)[], joint = '; '): string | undefined {
  const found = details.filter((detail) => detail !== undefined)
  return found.length > 0 ? `${reason} (${found.join(joint)})` : undefined
}

/** Of containers of which something holds. */
export function bad(
  pod: Subject,
  is: (context: Fields, container: Named) => boolean,
  text: (names: string) => string,
): string | undefined {
  const found = containersOf(pod).filter((container) => is(container.securityContext ?? {}, container))
  return found.length > 0 ? text(these('container', namesOf(found))) : undefined
}

function added(container: Named): string[] {
  return (container.securityContext?.['capabilities']?.add ?? []) as string[]
}

export function forbiddenCapabilities(pod: Subject, allowed: ReadonlySet<string>): string | undefined {
  const adding = containersOf(pod).filter((container) => added(container).some((it) => !allowed.has(it)))
  if (adding.length === 0) return undefined
  const names = unique(adding.flatMap((container) => added(container).filter((it) => !allowed.has(it))))
  return `${these('container', namesOf(adding))} must not include ${quoted(names)} in securityContext.capabilities.add`
}

export function volumesOf({ spec }: Subject): { name: string; [source: string]: unknown }[] {
  return (spec['volumes'] ?? []) as { name: string }[]
}

export function unconfined(pod: Subject, field: 'seccompProfile' | 'appArmorProfile'): (string | undefined)[] {
  const isBad = (context: Fields): boolean => context[field]?.type === 'Unconfined'
  const text = `must not set securityContext.${field}.type to "Unconfined"`
  return [
    isBad(pod.spec['securityContext'] ?? {}) ? `pod ${text}` : undefined,
    bad(pod, isBad, (names) => `${names} ${text}`),
  ]
}
