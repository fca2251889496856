/** A policy file as a whole: no two documents of one name, and no binding to a role that the file does not define. */
import { errorAt, type Checked } from './check-object.ts'
import type { Binding, Role } from './policy.ts'

/** @throws PolicyError for the first document that repeats another, or whose roleRef leads nowhere */
export function checkReferences(checked: readonly Checked[]): void {
  const seen = new Set<string>()
  for (const { value, source } of checked) {
    const key = keyOf(value.kind, value.namespace, value.name)
    if (seen.has(key)) {
      const next = 'merge the two, or rename one'
      throw errorAt(source, ['metadata', 'name'], {
        found: 'a second document of this kind and name',
        expected: 'one',
        next,
      })
    }
    seen.add(key)
  }
  for (const { value, source } of checked) {
    if ('rules' in value || seen.has(referenceOf(value))) continue
    const found = `${value.roleRef.kind} ${JSON.stringify(value.roleRef.name)}, which is not in this file`
    throw errorAt(source, ['roleRef', 'name'], {
      found,
      expected: 'a role of this file',
      next: 'add the role or correct the name',
    })
  }
}

function referenceOf({ roleRef, namespace }: Binding): string {
  return keyOf(roleRef.kind, roleRef.kind === 'Role' ? namespace : undefined, roleRef.name)
}

function keyOf(kind: (Role | Binding)['kind'], namespace: string | undefined, name: string): string {
  return [kind, namespace ?? '', name].join('/')
}
