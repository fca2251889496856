/**
 * What happens to fields that nobody knows: with `fieldValidation=Strict` the request is refused, by default the client is
 * warned, with Ignore nothing is said. They are dropped in any case.
 * Source: apiserver/pkg/endpoints/handlers/rest.go; kubernetes.io, "Server-side field validation".
 */
import type { Call } from '../server.ts'
import { DecodeError } from './decode-value.ts'

export type Strictness = 'Strict' | 'Warn' | 'Ignore'

/** Other values were refused when the request's options were read. */
export function strictnessOf({ url }: Call): Strictness {
  const asked = url.searchParams.get('fieldValidation')
  return asked === 'Strict' || asked === 'Ignore' ? asked : 'Warn'
}

/** @throws DecodeError when strictness asks for it */
export function checkStrictly(call: Call, strictness: Strictness, errors: readonly string[]): void {
  if (errors.length === 0 || strictness === 'Ignore') return
  if (strictness === 'Strict') throw new DecodeError(`strict decoding error: ${errors.join(', ')}`)
  for (const error of errors) call.warnings.push(...linesOf(error))
}

/** Go's YAML decoder puts all it found into one error. */
function linesOf(error: string): string[] {
  const [head, ...lines] = error.split('\n')
  return head === 'yaml: unmarshal errors:' ? lines.map((line) => line.trim()) : [error]
}
