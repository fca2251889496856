/** A field of an object by its path, `spec.containers.0.livenessProbe`; undefined where it is absent. */
export function fieldAt(object: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], object)
}
