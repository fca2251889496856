/**
 * What a list or watch is asked for: selectors, resourceVersion and its match rule, limit and continue.
 * Source: API concepts, "Resource versions" and "Retrieving large results sets in chunks"; storage/continue.go, errors.go.
 */
import type { KubeObject } from '../../api/meta.ts'
import { fieldSelector, labelSelector, parseFieldSelector, type Matches } from '../../api/selectors.ts'
import {
  badRequest,
  expired,
  forbiddenValue,
  invalid,
  invalidValue,
  tooLargeResourceVersion,
  type FieldError,
} from '../../api/status.ts'
import { keyOf } from '../../store/store.ts'
import type { ResourceCall } from '../server.ts'
import type { ListMeta } from '../tables/table.ts'

/** @throws ApiError 400 for a selector that cannot be read */
export function selection({ url, type }: ResourceCall): Matches {
  const labels = url.searchParams.get('labelSelector') ?? ''
  const fields = parseFieldSelector(url.searchParams.get('fieldSelector') ?? '')
  const byLabel = labelSelector(labels)
  const byField = fieldSelector(fields, type)
  return (object) => byLabel(object) && byField(object)
}

/** `resourceVersion` as a number; undefined when absent. @throws ApiError 400 */
export function resourceVersion({ url }: ResourceCall): number | undefined {
  const text = url.searchParams.get('resourceVersion') ?? ''
  if (text === '') return undefined
  if (/^\d+$/.test(text)) return Number(text)
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`
  throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`)
}

export function invalidOptions(error: FieldError): Error {
  return invalid('ListOptions', 'meta.k8s.io', '', [error])
}

type Token = { rv: number; start: string }

/** One page of the list, and the token for the next. */
export function page(call: ResourceCall, matches: Matches): { objects: KubeObject[]; metadata: ListMeta } {
  const { url, type, info } = call
  const asked = askedVersion(call)
  const limit = wholeNumber(call, 'limit')
  const token = parseToken(url.searchParams.get('continue') ?? '', asked)
  const namespace = type.namespaced ? info.namespace : ''
  const { revision, objects } = consistentList(call, namespace, token, limit > 0 ? asked : undefined)
  const selected = objects.filter((object) => (!token || keyOf(object) >= token.start) && matches(object))
  // `resourceVersion=0` is answered whole, as the real server does from its cache.
  if (limit === 0 || selected.length <= limit || asked === 0)
    return { objects: selected, metadata: { resourceVersion: String(revision) } }
  const remainingItemCount = selected.length - limit
  const metadata = {
    resourceVersion: String(revision),
    continue: formatToken({ rv: revision, start: keyOf(selected[limit]!) }),
    ...(!url.searchParams.get('labelSelector') && !url.searchParams.get('fieldSelector') && { remainingItemCount }),
  }
  return { objects: selected.slice(0, limit), metadata }
}

/** Every page of one list shows the state of its first page. */
function consistentList(
  call: ResourceCall,
  namespace: string,
  token: Token | undefined,
  asked: number | undefined,
): { revision: number; objects: KubeObject[] } {
  const { store } = call.server
  const exact = token
    ? token.rv
    : call.url.searchParams.get('resourceVersionMatch') === 'Exact' || asked
      ? askedVersion(call)
      : undefined
  if (!exact || exact < 0) return { revision: store.revision, objects: store.list(call.type, namespace) }
  const objects = store.listAt(call.type, namespace, exact)
  if (objects) return { revision: exact, objects }
  if (!token) throw expired('The resourceVersion for the provided list is too old.')
  throw expired(CONTINUE_EXPIRED, { continue: formatToken({ ...token, rv: -1 }) })
}

const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

function askedVersion(call: ResourceCall): number | undefined {
  const asked = resourceVersion(call)
  const match = call.url.searchParams.get('resourceVersionMatch')
  if (match !== null && asked === undefined) {
    throw invalidOptions(
      forbiddenValue('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    )
  }
  if (match !== null && !['Exact', 'NotOlderThan'].includes(match)) {
    const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan"`
    throw invalidOptions({ field: 'resourceVersionMatch', reason: 'FieldValueNotSupported', message })
  }
  if (match === 'Exact' && asked === 0) {
    throw invalidOptions(
      forbiddenValue('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
    )
  }
  const { revision } = call.server.store
  if (asked !== undefined && asked > revision) throw tooLargeResourceVersion(asked, revision)
  return asked
}

/** A whole number in the query; 0 when absent. @throws ApiError 400 */
export function wholeNumber({ url }: ResourceCall, name: string): number {
  const text = url.searchParams.get(name) ?? ''
  if (text === '') return 0
  if (!/^-?\d{1,18}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  if (Number(text) < 0) throw invalidOptions(invalidValue(name, Number(text), 'must be greater than or equal to 0'))
  return Number(text)
}

function formatToken({ rv, start }: Token): string {
  return btoa(encodeURIComponent(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}

function parseToken(text: string, asked: number | undefined): Token | undefined {
  if (text === '') return undefined
  if (asked) throw badRequest('specifying resource version is not allowed when using continue')
  try {
    const json: unknown = JSON.parse(decodeURIComponent(atob(text.replaceAll('-', '+').replaceAll('_', '/'))))
    const { v, rv, start } = json as Record<string, unknown>
    if (v === 'meta.k8s.io/v1' && Number.isInteger(rv) && typeof start === 'string') return { rv: rv as number, start }
  } catch (fault) {
    throw badRequest(`continue key is not valid: ${(fault as Error).message}`)
  }
  throw badRequest('continue key is not valid: server does not recognize this encoded version')
}
