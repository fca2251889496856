/**
 * One document against its schema: a Role or Binding comes out, or a PolicyError that says what, where, expected, next.
 * It does not know other documents; `check-references.ts` does.
 */
import type { z } from 'zod'

import type { Binding, Role } from './policy.ts'
import { PolicyError } from './policy-error.ts'
import { bindingSchema } from './schema/binding.ts'
import { KUBERNETES, MCP_LAB } from './schema/parts.ts'
import { roleSchema } from './schema/role.ts'

/** An object and, when it came from a file, where its fields stand. */
export type Source = {
  readonly object: unknown
  readonly file?: string | undefined
  /** The line of a field, or of the nearest thing around it. */
  readonly lineOf?: (path: readonly PropertyKey[]) => number | undefined
}

/** A parsed document that still knows where it came from. */
export type Checked = { readonly value: Role | Binding; readonly source: Source }

const KINDS = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'] as const

/** @throws PolicyError naming the first fault, and how many more there are */
export function checkObject(source: Source): Checked {
  const result = schemaOf(source).safeParse(source.object)
  if (result.success) return { value: result.data, source }
  const [first, ...more] = [...result.error.issues].sort((a, b) => rank(source, a) - rank(source, b))
  throw policyError(source, first!, more.length)
}

/** Makes an error that points into a document. */
export function errorAt(
  source: Source,
  path: readonly PropertyKey[],
  says: { found: string; expected: string; next: string },
): PolicyError {
  const where = [describeObject(source.object), describePath(path)].filter(Boolean).join(', ')
  return new PolicyError({ file: source.file, line: source.lineOf?.(path), where, ...says })
}

function schemaOf(source: Source): z.ZodType<Role | Binding> {
  const { apiVersion, kind } = fieldsOf(source.object)
  if (apiVersion !== KUBERNETES && apiVersion !== MCP_LAB) {
    const next = `write apiVersion: ${MCP_LAB} for a policy with tools`
    throw errorAt(source, ['apiVersion'], { found: show(apiVersion), expected: `${KUBERNETES} or ${MCP_LAB}`, next })
  }
  switch (kind) {
    case 'Role':
    case 'ClusterRole':
      return roleSchema(kind, apiVersion)
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return bindingSchema(kind, apiVersion, 'namespaceSelector' in fieldsOf(source.object))
    default:
      throw errorAt(source, ['kind'], {
        found: show(kind),
        expected: KINDS.join(', '),
        next: 'a policy holds roles and bindings only; correct the kind or move this document elsewhere',
      })
  }
}

function policyError(source: Source, issue: z.core.$ZodIssue, more: number): PolicyError {
  const path = pathOf(issue)
  const next = nextStep(source, issue) + (more > 0 ? ` (${more} more in this document)` : '')
  if (issue.code === 'unrecognized_keys') {
    return errorAt(source, path, { found: 'an unknown field', expected: issue.message, next })
  }
  return errorAt(source, path, { found: show(valueAt(source.object, path)), expected: issue.message, next })
}

function nextStep(source: Source, issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return 'correct it'
  const [key] = issue.keys
  const ours = key === 'tools' || key === 'namespaceSelector'
  if (ours && fieldsOf(source.object)['apiVersion'] === KUBERNETES) {
    return `${key} is an extension of this project: write apiVersion: ${MCP_LAB}`
  }
  if (key === 'namespace') return 'this kind reaches beyond one namespace, so remove it'
  return 'correct its name or remove it'
}

/** In document order, but an unknown field first: the field that is missing is often the one misspelt. */
function rank(source: Source, issue: z.core.$ZodIssue): number {
  return issue.code === 'unrecognized_keys' ? -1 : (source.lineOf?.(pathOf(issue)) ?? 0)
}

function pathOf(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path
}

function describeObject(object: unknown): string {
  const { kind, metadata } = fieldsOf(object)
  const { name, namespace } = fieldsOf(metadata)
  if (typeof kind !== 'string') return 'a document'
  const named = typeof name === 'string' ? ` ${JSON.stringify(name)}` : ''
  return `${kind}${named}${typeof namespace === 'string' ? ` in namespace ${JSON.stringify(namespace)}` : ''}`
}

function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => fieldsOf(inner)[String(key)], value)
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

const SHOWN_MAX = 60

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}
