/**
 * Which objects a command line means: `pods web`, `deploy/web svc/web`, `pods -l app=web`, `-f file`, and their refusals in
 * kubectl's words. It decides; `fetchSelected` asks the server.
 * Source: cli-runtime/pkg/resource/builder.go, visitor.go, helper.go.
 */
import { labelSelector as parseLabels } from '../api/selectors.ts'
import type { Client } from './client.ts'
import { apiVersionOf, pathOf, type Discovery, type Resource } from './discovery.ts'
import { CliFault, isNotFound, StatusFault, throwAll } from './errors.ts'
import type { Manifest } from './manifests.ts'
import type { Wire } from './wire.ts'

/** One object that is meant, with what is known of it. */
export type Info = {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  /** As the server or the file has it; for lists fetched as Tables, the Table. */
  readonly object: Wire
  /** The file it was read from. */
  readonly source?: string
}

export type Named = Omit<Info, 'object'> & { readonly object?: Wire }
export type Listed = { readonly resource: Resource; readonly namespace: string }

export type Selection = {
  /** One object was asked for by its name or by its file, so it is shown as itself and not in a list. */
  readonly single: boolean
  readonly named: readonly Named[]
  readonly lists: readonly Listed[]
  readonly labels: string
  readonly fields: string
  readonly subresource: string
}

export type Query = {
  readonly args: readonly string[]
  readonly manifests?: readonly Manifest[]
  readonly namespace: string
  readonly allNamespaces?: boolean
  readonly labels?: string | undefined
  readonly fields?: string | undefined
  /** `--all`: every object of the types. */
  readonly all?: boolean
  /** Does a type alone mean all of its objects? */
  readonly typeMeansAll?: boolean
  readonly singleType?: boolean
  readonly subresource?: string
}

const NOTHING_ASKED = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`

/** @throws CliFault in kubectl's words */
export async function select(discovery: Discovery, query: Query): Promise<Selection> {
  const args = pairwise(query.args)
  const tuples = tuplesIn(args)
  const base = { labels: query.labels ?? '', fields: query.fields ?? '', subresource: query.subresource ?? '' }
  if (query.manifests) return fromManifests(query, args, base)
  const onlyType = tuples === undefined && args.length === 1
  if (query.labels || query.fields || query.all || (onlyType && query.typeMeansAll)) {
    return { ...base, single: false, named: [], lists: await listsOf(discovery, query, args, tuples) }
  }
  const named = tuples ? await byTuple(discovery, query, tuples) : await byName(discovery, query, args)
  return { ...base, single: named.length === 1, named, lists: [] }
}

/** `a,b c d` means a/c a/d b/c b/d. */
function pairwise(args: readonly string[]): readonly string[] {
  const [first = '', ...names] = args
  const types = [...new Set(first.split(','))]
  if (names.length === 0 || types.length === 1) return args
  return types.flatMap((type) => names.map((name) => `${type}/${name}`))
}

function tuplesIn(args: readonly string[]): { type: string; name: string }[] | undefined {
  const slashed = args.filter((arg) => arg.includes('/')).length
  if (slashed === 0) return undefined
  if (slashed !== args.length) {
    throw new CliFault(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    )
  }
  return args.map((arg) => {
    const [type = '', name = '', more] = arg.split('/')
    if (more !== undefined) throw new CliFault('arguments in resource/name form may not have more than one slash')
    if (type === '' || name === '' || type.includes(',')) {
      throw new CliFault('arguments in resource/name form must have a single resource and name')
    }
    return { type, name }
  })
}

function fromManifests(
  query: Query,
  args: readonly string[],
  base: Pick<Selection, 'labels' | 'fields' | 'subresource'>,
): Selection {
  if (args.length > 0) {
    throw new CliFault(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    )
  }
  const matches = parseLabels(base.labels)
  const named = query.manifests!.filter(({ object }) => matches(object))
  return { ...base, single: query.manifests!.length === 1 && query.manifests![0]!.alone, named, lists: [] }
}

async function listsOf(
  discovery: Discovery,
  query: Query,
  args: readonly string[],
  tuples: unknown,
): Promise<Listed[]> {
  if (tuples) throw new CliFault('selectors and the all flag cannot be used when passing resource/name arguments')
  if (args.length > 1) throw new CliFault('name cannot be provided when a selector is specified')
  if (args.length === 0) throw new CliFault('at least one resource must be specified to use a selector')
  if (query.subresource) throw new CliFault('subresource cannot be used when bulk resources are specified')
  const resources = await typesOf(discovery, args[0]!, query)
  return resources.map((resource) => ({
    resource,
    namespace: query.allNamespaces || !resource.namespaced ? '' : query.namespace,
  }))
}

async function typesOf(discovery: Discovery, argument: string, { singleType }: Query): Promise<Resource[]> {
  const names = [...new Set(argument.split(','))]
  const found: Resource[] = []
  for (const name of names) {
    const members = (await discovery.category(name)) ?? [await discovery.resolve(name)]
    found.push(...members.filter((it) => !found.includes(it)))
  }
  if (singleType && found.length > 1) throw new CliFault('you may only specify a single resource type')
  return found
}

async function byTuple(discovery: Discovery, query: Query, tuples: { type: string; name: string }[]): Promise<Named[]> {
  const named: Named[] = []
  for (const { type, name } of tuples) named.push(namedOf(query, await discovery.resolve(type), name))
  if (query.singleType && new Set(named.map(({ resource }) => resource)).size > 1) {
    throw new CliFault('you may only specify a single resource type')
  }
  return named
}

async function byName(discovery: Discovery, query: Query, [types, ...names]: readonly string[]): Promise<Named[]> {
  if (types === undefined) throw new CliFault(NOTHING_ASKED)
  const resources = await typesOf(discovery, types, query)
  if (names.length === 0) throw new CliFault('resource(s) were provided, but no name was specified')
  if (resources.length > 1) throw new CliFault('you must specify only one resource')
  return names.map((name) => namedOf(query, resources[0]!, name))
}

function namedOf({ namespace, allNamespaces }: Query, resource: Resource, name: string): Named {
  if (resource.namespaced && allNamespaces) {
    throw new CliFault('a resource cannot be retrieved by name across all namespaces')
  }
  return { resource, namespace: resource.namespaced ? namespace : '', name }
}

export type FetchOptions = {
  readonly accept?: string
  readonly query?: Readonly<Record<string, string>>
  /** 0 asks for everything at once. */
  readonly chunkSize?: number
}

/** @returns what could be had, and what went wrong; lists are one Info an object, or one a Table */
export async function fetchSelected(
  client: Client,
  selection: Selection,
  options: FetchOptions = {},
): Promise<{ infos: Info[]; faults: unknown[] }> {
  const infos: Info[] = []
  const faults: unknown[] = []
  const attempt = async (work: () => Promise<void>): Promise<void> => work().catch((fault) => void faults.push(fault))
  for (const each of selection.named) {
    await attempt(async () => void infos.push(await fetchOne(client, each, selection.subresource, options)))
  }
  for (const list of selection.lists) {
    await attempt(async () => {
      for await (const page of pages(client, list, selection, options)) infos.push(...infosIn(page, list))
    })
  }
  return { infos, faults }
}

/** All of it or the fault. */
export async function fetchAll(client: Client, selection: Selection, options: FetchOptions = {}): Promise<Info[]> {
  const { infos, faults } = await fetchSelected(client, selection, options)
  throwAll(faults)
  return infos
}

export async function fetchOne(
  client: Client,
  named: Named,
  subresource = '',
  options: FetchOptions = {},
): Promise<Info> {
  const path = pathOf(named.resource, { ...named, subresource })
  const { accept, query } = options
  return { ...named, object: await client.json('GET', path, { ...(accept && { accept }), ...(query && { query }) }) }
}

export async function* pages(
  client: Client,
  { resource, namespace }: Listed,
  { labels, fields }: Pick<Selection, 'labels' | 'fields'>,
  { accept, query, chunkSize = 500 }: FetchOptions = {},
): AsyncGenerator<Wire> {
  const path = pathOf(resource, { namespace })
  let token = ''
  do {
    const asked = {
      ...query,
      labelSelector: labels,
      fieldSelector: fields,
      limit: chunkSize || undefined,
      continue: token,
    }
    const page: Wire = await client
      .json('GET', path, { query: asked, ...(accept && { accept }) })
      .catch((fault) => Promise.reject(explained(fault, resource, labels, fields)))
    yield page
    token = page.metadata?.continue ?? ''
  } while (token !== '')
}

/** Objects in a list carry no type of their own; the list's says it. */
function infosIn(page: Wire, { resource, namespace }: Listed): Info[] {
  if (page.kind === 'Table' || page.items === undefined) return [{ resource, namespace, name: '', object: page }]
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind }
  return page.items.map((item: Wire) => ({
    resource,
    namespace: item.metadata?.namespace ?? '',
    name: item.metadata?.name ?? '',
    object: { ...type, ...item },
  }))
}

function explained(fault: unknown, resource: Resource, labels: string, fields: string): unknown {
  if (!(fault instanceof StatusFault) || !(fault.is('BadRequest') || isNotFound(fault))) return fault
  const subject = JSON.stringify(`${resource.group}/${resource.version}, Resource=${resource.plural}`)
  if (labels === '' && fields === '') return fault.saying(`Unable to list ${subject}: ${fault.message}`)
  const selectors = `label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}`
  return fault.saying(`Unable to find ${subject} that match ${selectors}: ${fault.message}`)
}

/** `pods/web`: how kubectl names an object it speaks of. */
export function infoName({ resource, name }: Named): string {
  return `${resource.plural}/${name}`
}
