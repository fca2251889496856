/**
 * From a body's bytes to a JSON value and what kind it says it is, whatever the syntax.
 * Source: apimachinery/pkg/runtime/serializer/{json,protobuf}; meta.go, Interpret.
 */
import { jsonType } from '../../api/go-format.ts'
import { isFields, own, parseApiVersion, type Fields } from '../../api/meta.ts'
import type { TypeSchema } from '../../api/schema.ts'
import { textOf, type Syntax } from './body.ts'
import { goTypeOf } from './go-types.ts'
import { parseJson, type Notes } from './parse-json.ts'
import { readEnvelope, readMessage } from './protobuf.ts'
import { parseYaml } from './parse-yaml.ts'

export type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string }

export type SentValue = {
  readonly gvk: GroupVersionKind
  /** As the type that the kind has; called when the kind is known to be the right one. @throws SyntaxError */
  value(type: TypeSchema | undefined): unknown
  readonly notes?: Notes
  /** Keys that come twice in YAML, in Go's words: one error for all. */
  readonly yamlErrors: readonly string[]
}

/** @param expected what the object is where it does not say @throws SyntaxError with Go's words */
export function readSent(bytes: Uint8Array, syntax: Syntax, expected: GroupVersionKind): SentValue {
  if (syntax === 'protobuf') return fromProtobuf(bytes, expected)
  const text = textOf(bytes)
  const { value, notes, duplicates = [] } = syntax === 'yaml' ? fromYaml(text) : fromJson(text)
  return {
    gvk: gvkOf(value, expected),
    value: () => value ?? {},
    ...(notes && { notes }),
    yamlErrors: yamlErrors(duplicates),
  }
}

function fromProtobuf(bytes: Uint8Array, expected: GroupVersionKind): SentValue {
  const { apiVersion, kind, raw } = readEnvelope(bytes)
  const value = (type: TypeSchema | undefined) => {
    if (!type) throw new SyntaxError('object does not implement the protobuf marshalling interface')
    return readMessage(type, raw)
  }
  return { gvk: withDefaults(apiVersion, kind, expected), value, yamlErrors: [] }
}

function yamlErrors(duplicates: readonly string[]): string[] {
  return duplicates.length === 0 ? [] : [['yaml: unmarshal errors:', ...duplicates].join('\n  ')]
}

type Text = { value: unknown; notes?: Notes; duplicates?: readonly string[] }

function fromJson(text: string): Text {
  try {
    return parseJson(text)
  } catch (fault) {
    throw unrecognizable((fault as Error).message)
  }
}

/** JSON is YAML too, and clients that say YAML mostly send JSON. */
function fromYaml(text: string): Text {
  if (text.startsWith('{')) {
    try {
      const { value, notes } = parseJson(text)
      if (notes.duplicates.size === 0) return { value }
    } catch {
      // Not JSON after all: `{a: b}`.
    }
  }
  return parseYaml(text)
}

function gvkOf(value: unknown, expected: GroupVersionKind): GroupVersionKind {
  if (value !== null && !isFields(value)) {
    throw unrecognizable(`json: cannot unmarshal ${jsonType(value)} into Go value of type ${FIND_KIND}`)
  }
  const fields = value ?? {}
  return withDefaults(textField(fields, 'apiVersion'), textField(fields, 'kind'), expected)
}

/** The struct without a name that Kubernetes reads the two fields with. */
const FIND_KIND = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`

function textField(fields: Fields, name: string): string {
  const value = own(fields, name) ?? ''
  if (typeof value === 'string') return value
  const goType = goTypeOf({ kind: 'scalar', scalar: 'string' })
  throw unrecognizable(`json: cannot unmarshal ${jsonType(value)} into Go struct field .${name} of type ${goType}`)
}

function withDefaults(apiVersion: string, kind: string, expected: GroupVersionKind): GroupVersionKind {
  if (apiVersion.split('/').length > 2) throw new SyntaxError(`unexpected GroupVersion string: ${apiVersion}`)
  if (apiVersion === '') return { ...expected, kind: kind || expected.kind }
  return { ...parseApiVersion(apiVersion), kind: kind || expected.kind }
}

function unrecognizable(why: string): SyntaxError {
  return new SyntaxError(`couldn't get version/kind; json parse error: ${why}`)
}
