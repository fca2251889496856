/**
 * Which form of an answer the client asked for: a plain object, a Table, metadata alone; as JSON or YAML.
 * Source: apiserver/pkg/endpoints/handlers/negotiation; API concepts, "Receiving resources as Tables".
 */
import { notAcceptable } from '../../api/status.ts'

export type Form = {
  readonly syntax: 'json' | 'yaml'
  readonly as: 'object' | 'table' | 'metadata'
  /** For discovery: the version of APIGroupDiscoveryList. */
  readonly discovery?: 'v2' | 'v2beta1'
}

type Clause = { type: string; params: ReadonlyMap<string, string> }

const SYNTAXES: ReadonlyMap<string, 'json' | 'yaml'> = new Map([
  ['application/json', 'json'],
  ['*/*', 'json'],
  ['application/*', 'json'],
  ['application/yaml', 'yaml'],
])
const METADATA = ['PartialObjectMetadata', 'PartialObjectMetadataList']

/** The first clause this server can serve, in the client's order of preference. @throws ApiError 406 */
export function negotiate(accept: string | null): Form {
  if (accept === null || accept.trim() === '') return { syntax: 'json', as: 'object' }
  for (const clause of clauses(accept)) {
    const form = formOf(clause)
    if (form) return form
  }
  throw notAcceptable(['application/json', 'application/yaml'])
}

function formOf({ type, params }: Clause): Form | undefined {
  const syntax = SYNTAXES.get(type)
  if (!syntax) return undefined
  const as = params.get('as')
  if (as === undefined) return { syntax, as: 'object' }
  if (params.get('g') === 'meta.k8s.io' && as === 'Table') return { syntax, as: 'table' }
  if (params.get('g') === 'meta.k8s.io' && METADATA.includes(as)) return { syntax, as: 'metadata' }
  const version = params.get('v')
  if (as === 'APIGroupDiscoveryList' && (version === 'v2' || version === 'v2beta1'))
    return { syntax, as: 'object', discovery: version }
  return undefined
}

function clauses(accept: string): Clause[] {
  const parsed = accept.split(',').map((text) => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim())
    const params = new Map(rest.map((part) => part.split('=', 2) as [string, string]))
    return { type: type.toLowerCase(), params, quality: Number(params.get('q') ?? 1) }
  })
  return parsed.sort((a, b) => b.quality - a.quality)
}
