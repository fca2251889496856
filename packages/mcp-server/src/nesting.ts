/**
 * How deep a JSON value goes, found without recursion: whatever walks the value later (its hash, the sanitizer,
 * JSON.stringify) recurses, and would break where JSON.parse did not.
 */

/** Whether there is a value more than `levels` arrays and objects deep. */
export function nestsDeeper(value: unknown, levels: number): boolean {
  let here = [value]
  for (let depth = 0; depth <= levels && here.length > 0; depth++) here = here.flatMap(children)
  return here.length > 0
}

function children(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}
