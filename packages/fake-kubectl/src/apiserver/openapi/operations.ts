/**
 * The paths of a resource and what may be done there, as OpenAPI 3 tells it. kubectl looks here for two things: the kind
 * of an operation, and whether a PATCH takes `fieldValidation`.
 * Source: apiserver/pkg/endpoints/installer.go and openapi/openapi.go; published documents of a 1.36 server.
 */
import type { ResourceType, Subresource } from '../../api/kinds/row.ts'
import type { Fields } from '../../api/meta.ts'
import { listOf, META, typeName, type Kind } from './type-names.ts'
import { CODES, COLLECTION, LIST, NAMED, PRETTY, type Verb } from './verbs.ts'

export type Paths = Record<string, Fields>
/** A reference to a type, which must then be described, too. */
export type Refer = (name: string) => { readonly $ref: string }

export function pathsOf(type: ResourceType, refer: Refer): Paths {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`
  const scope = type.namespaced ? `${root}/namespaces/{namespace}` : root
  const all = operations(type, refer, COLLECTION, type.verbs)
  const one = operations(type, refer, NAMED, type.verbs)
  const paths: Paths = {
    [`${scope}/${type.plural}`]: { ...all, parameters: scopeOf(type, false) },
    [`${scope}/${type.plural}/{name}`]: { ...one, parameters: scopeOf(type, true) },
  }
  if (type.namespaced && 'get' in all) {
    const get = operation(type, refer, COLLECTION[0]!, { everywhere: true })
    paths[`${root}/${type.plural}`] = { get, parameters: [...LIST, PRETTY] }
  }
  for (const part of type.subresources) {
    const parts = operations(type, refer, [...NAMED, COLLECTION[1]!], part.verbs, part)
    paths[`${scope}/${type.plural}/{name}/${part.name}`] = { ...parts, parameters: scopeOf(type, true) }
  }
  return Object.fromEntries(Object.entries(paths).filter(([, it]) => Object.keys(it).length > 1))
}

function operations(
  type: ResourceType,
  refer: Refer,
  verbs: readonly Verb[],
  allowed: readonly string[],
  part?: Subresource,
): Fields {
  const found = verbs.filter(({ verb }) => allowed.includes(verb))
  return Object.fromEntries(found.map((it) => [it.method, operation(type, refer, it, { ...(part && { part }) })]))
}

type Where = { readonly everywhere?: boolean; readonly part?: Subresource }

function operation(type: ResourceType, refer: Refer, it: Verb, { everywhere = false, part }: Where): Fields {
  const object = kindOf(part?.kind ? { ...type, ...part, kind: part.kind } : type)
  const isConnected = part?.kind?.endsWith('Options') ?? false
  const collection = it.verb === 'deletecollection' ? 'Collection' : ''
  const scope = type.namespaced && !everywhere ? 'Namespaced' : ''
  const subject = `${type.kind}${title(part?.name ?? '')}${everywhere ? 'ForAllNamespaces' : ''}`
  return {
    tags: [groupTag(type)],
    description: `${part ? it.says.replace(/ (the specified|a)$/, ` ${part.name} of $1`) : it.says} ${type.kind}`,
    operationId: `${it.id}${groupTitle(type)}${collection}${scope}${subject}`,
    ...(!everywhere && it.parameters.length > 0 && { parameters: it.parameters }),
    ...requestBody(type, refer, it.verb, object),
    responses: isConnected || part?.name === 'log' ? TEXT : responses(type, refer, it, object),
    'x-kubernetes-action': isConnected ? 'connect' : it.action,
    'x-kubernetes-group-version-kind': object,
  }
}

function kindOf({ group, version, kind }: Kind): Kind {
  return { group, kind, version }
}

function requestBody(type: ResourceType, refer: Refer, verb: string, object: Kind): Fields {
  if (['create', 'update'].includes(verb)) {
    return { requestBody: { content: { '*/*': { schema: refer(typeName(object, type.custom !== undefined)) } }, required: true } }
  }
  if (verb.startsWith('delete')) {
    return { requestBody: { content: { '*/*': { schema: refer(`${META}.DeleteOptions`) } } } }
  }
  if (verb !== 'patch') return {}
  const forms = ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json']
  const taken = forms.filter((form) => !type.custom || !form.startsWith('strategic'))
  const content = taken.map((form) => [`application/${form}`, { schema: refer(`${META}.Patch`) }])
  return { requestBody: { content: Object.fromEntries(content), required: true } }
}

const UNAUTHORIZED = { 401: { description: 'Unauthorized' } }
/** Of what answers with text, or with a stream of its own. */
const TEXT = { 200: { description: 'OK', content: { '*/*': { schema: { type: 'string' } } } }, ...UNAUTHORIZED }

function responses(type: ResourceType, refer: Refer, { verb, codes }: Verb, object: Kind): Fields {
  const shown = verb === 'list' ? listOf(object) : object
  const schema = refer(verb.startsWith('delete') ? `${META}.Status` : typeName(shown, type.custom !== undefined))
  const streams = verb === 'list' ? ['application/json;stream=watch'] : []
  const content = ['application/json', ...streams, 'application/yaml'].map((it) => [it, { schema }])
  const answers = codes.map((code) => [code, { description: CODES[code], content: Object.fromEntries(content) }])
  return { ...Object.fromEntries(answers), ...UNAUTHORIZED }
}

function scopeOf({ namespaced }: ResourceType, named: boolean): Fields[] {
  const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } })
  return [...(named ? [inPath('name')] : []), ...(namespaced ? [inPath('namespace')] : []), PRETTY]
}

/** `rbac.authorization.k8s.io/v1` → `RbacAuthorizationV1`. */
function groupTitle({ group, version }: Omit<Kind, 'kind'>): string {
  const words = (group === '' ? 'core' : group.replace(/\.?k8s\.io$/, '')).split('.')
  return [...words, version].map((word) => title(word)).join('')
}

export function groupTag(of: Omit<Kind, 'kind'>): string {
  const group = groupTitle({ ...of, version: '' })
  return `${group[0]!.toLowerCase()}${group.slice(1)}_${of.version}`
}

function title(word: string): string {
  return word === '' ? '' : word[0]!.toUpperCase() + word.slice(1)
}
