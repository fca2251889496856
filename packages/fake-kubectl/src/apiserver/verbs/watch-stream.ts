/**
 * Watches: first what is there, if that was asked for, then every change as it is written, with bookmarks in between.
 * Source: API concepts, "Efficient detection of changes" and "Streaming lists"; handlers/watch.go, response.go.
 */
import type { KubeObject } from '../../api/meta.ts'
import { apiVersionOf } from '../../api/kinds/row.ts'
import type { Matches } from '../../api/selectors.ts'
import { expired, forbiddenValue, tooLargeResourceVersion } from '../../api/status.ts'
import type { WatchEvent } from '../../store/watch-log.ts'
import { formOf } from '../encoding/encode.ts'
import { objectText, partialText, type Json } from '../encoding/json-text.ts'
import { invalidOptions, resourceVersion, selection, wholeNumber } from './list-options.ts'
import { truncated } from '../impairment.ts'
import { isTrue } from '../request-info.ts'
import type { ResourceCall } from '../server.ts'
import { streamed, type Sink } from '../stream.ts'
import { tableText } from '../tables/table.ts'

const BOOKMARK_EVERY_MS = 60_000 // apiserver: about one a minute
const DEFAULT_TIMEOUT_SECONDS = 1800 // apiserver's --min-request-timeout

export function watch(call: ResourceCall): Response {
  const matches = selection(call)
  const write = writer(call)
  const backlog = firstEvents(call, matches)
  const timeoutSeconds = wholeNumber(call, 'timeoutSeconds') || DEFAULT_TIMEOUT_SECONDS
  return streamed(call, contentType(call), (whole) => {
    const sink = truncated(call, whole)
    for (const { type, object } of backlog.events) sink.write(write(type, object))
    if (backlog.void) return ended(sink)
    return follow(call, matches, (type, object) => sink.write(write(type, object)), timeoutSeconds, sink)
  })
}

type Written = { type: string; object: KubeObject | Record<string, unknown> }

function contentType(call: ResourceCall): string {
  const { syntax } = formOf(call)
  return syntax === 'json' ? 'application/json' : `application/${syntax};stream=watch`
}

/** What the watch begins with; `void` when history no longer reaches back to the version that was asked for. */
function firstEvents(call: ResourceCall, matches: Matches): { events: Written[]; void?: boolean } {
  const { store } = call.server
  const asked = resourceVersion(call)
  const initial = initialEvents(call)
  if (asked !== undefined && asked > store.revision) throw tooLargeResourceVersion(asked, store.revision)
  if (initial || !asked) return { events: [...present(call, matches), ...(initial ? [bookmark(call, true)] : [])] }
  const missed = store.log.since(call.type, asked)
  if (missed) return { events: missed.flatMap((event) => seen(event, matches)) }
  const status = expired(`too old resource version: ${asked} (${store.revision})`).status
  return { events: [{ type: 'ERROR', object: status }], void: true }
}

/** `sendInitialEvents=true`: the list as a stream, ended by a bookmark. @throws ApiError 422 */
function initialEvents({ url }: ResourceCall): boolean {
  const asked = url.searchParams.get('sendInitialEvents')
  const match = url.searchParams.get('resourceVersionMatch')
  if (asked === null) {
    if (match === null) return false
    throw invalidOptions(
      forbiddenValue(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    )
  }
  if (match !== 'NotOlderThan') {
    throw invalidOptions(
      forbiddenValue('sendInitialEvents', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    )
  }
  return isTrue(asked)
}

function present({ server, type, info }: ResourceCall, matches: Matches): Written[] {
  const objects = server.store.list(type, type.namespaced ? info.namespace : '').filter(matches)
  return objects.map((object) => ({ type: 'ADDED', object }))
}

/** An event as a filtered watch sees it: what enters the selection is added, what leaves it is deleted. */
function seen({ type, object, previous }: WatchEvent, matches: Matches): Written[] {
  const before = previous !== undefined && matches(previous)
  const after = type !== 'DELETED' && matches(object)
  if (before && after) return [{ type: 'MODIFIED', object }]
  if (after) return [{ type: 'ADDED', object }]
  return before ? [{ type: 'DELETED', object }] : []
}

function follow(
  call: ResourceCall,
  matches: Matches,
  send: (type: string, object: Written['object']) => void,
  timeoutSeconds: number,
  sink: Sink,
): () => void {
  const { store, clock } = call.server
  const inScope = ({ object }: WatchEvent) =>
    !call.info.namespace || !call.type.namespaced || object.metadata.namespace === call.info.namespace
  const unsubscribe = store.log.subscribe(call.type, {
    event: (event) => {
      if (inScope(event)) for (const { type, object } of seen(event, matches)) send(type, object)
    },
    reset: () => {
      send('ERROR', expired(`too old resource version: restored (${store.revision})`).status)
      sink.end()
    },
    end: () => sink.end(),
  })
  const stopBookmarks = bookmarks(call, send)
  const stopTimeout = clock.at(clock.now() + timeoutSeconds * 1000, () => sink.end(), { background: true })
  return () => {
    unsubscribe()
    stopBookmarks()
    stopTimeout()
  }
}

function bookmarks(call: ResourceCall, send: (type: string, object: Written['object']) => void): () => void {
  if (!isTrue(call.url.searchParams.get('allowWatchBookmarks'))) return () => {}
  const { clock } = call.server
  let cancel: () => void
  const schedule = () => {
    cancel = clock.at(clock.now() + BOOKMARK_EVERY_MS, tell, { background: true })
  }
  const tell = () => {
    const { type, object } = bookmark(call)
    send(type, object)
    schedule()
  }
  schedule()
  return () => cancel()
}

function bookmark({ server, type }: ResourceCall, initialEnd = false): Written {
  const annotations = initialEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }
  const metadata = { resourceVersion: String(server.store.revision), ...annotations }
  return { type: 'BOOKMARK', object: { kind: type.kind, apiVersion: apiVersionOf(type), metadata } }
}

/** One line for each event, its object in the form that was asked for; a Table names its columns only once. */
function writer(call: ResourceCall): (type: string, object: Written['object']) => string {
  const { as } = formOf(call)
  const { server } = call
  let definitions = true
  const formed = (type: string, object: KubeObject): Json => {
    if (type === 'ERROR') return JSON.stringify(object)
    if (as === 'metadata') return partialText(server, object)
    if (as === 'object' && type === 'BOOKMARK') return JSON.stringify(object)
    if (as === 'object') return objectText(server, call.type, object)
    const { resourceVersion } = object.metadata
    if (type === 'BOOKMARK') return tableText(call, [], { resourceVersion }, false)
    const text = tableText(call, [object], { resourceVersion }, definitions)
    definitions = false
    return text
  }
  return (type, object) => `{"type":"${type}","object":${formed(type, object as KubeObject)}}\n`
}

function ended(sink: Sink): () => void {
  sink.end()
  return () => {}
}
