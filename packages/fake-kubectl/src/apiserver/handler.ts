/**
 * The API server: a request goes down this chain and comes back as a response. Each stage is a file; this one is their
 * order, and the one place where an ApiError becomes a Status. Whatever happens, the API log gets one entry.
 * Source: apiserver/pkg/server/config.go, DefaultBuildHandlerChain.
 */
import { ApiError, internal, type Status } from '../api/status.ts'
import { record } from './api-log.ts'
import { authenticate } from './access/authenticate.ts'
import { authorize } from './access/authorize.ts'
import { dispatch } from './dispatch.ts'
import { respondStatus } from './encoding/encode.ts'
import { Dropped, meetFault } from './faults.ts'
import { slowed } from './impairment.ts'
import { impersonate } from './access/impersonate.ts'
import { requestInfo } from './request-info.ts'
import type { Call, Peer, Server } from './server.ts'
import type { Upgrade } from './remote/upgrade.ts'

/** For a request whose connection ended before the answer; never sent, only logged. */
const NO_ANSWER = 499
const SWITCHING_PROTOCOLS = 101

/** @throws the request's abort reason when its caller gives up, or a TypeError when a fault drops it, as any fetch does */
export function handle(server: Server, request: Request, peer: Peer): Promise<Response> {
  return chain(open(server, request, peer, false))
}

/** The same for a connection that can become something else: what it becomes, or why not. */
export async function connect(server: Server, request: Request, peer: Peer): Promise<Response | Upgrade> {
  const call = open(server, request, peer, true)
  const response = await chain(call)
  return call.upgrade ?? response
}

async function chain(call: Call): Promise<Response> {
  try {
    call.info = requestInfo(call.request.method, call.url)
    call.user = authenticate(call)
    call.impersonated = impersonate(call)
    authorize(call)
    await meetFault(call)
    const response = await dispatch(call)
    return withWarnings(call, answered(call, slowed(call, response)))
  } catch (fault) {
    return withWarnings(call, refused(call, fault))
  }
}

function open(server: Server, request: Request, peer: Peer, upgradable: boolean): Call {
  const url = new URL(request.url)
  const unread = { ...requestInfo('GET', new URL('/', url)), path: url.pathname, verb: request.method.toLowerCase() }
  const receivedAtMs = server.clock.now()
  return {
    server,
    request,
    peer,
    url,
    receivedAtMs,
    elapsedMs: peer.elapsedMs ?? (() => server.clock.now() - receivedAtMs),
    info: unread,
    user: server.anonymous,
    impersonated: undefined,
    annotations: {},
    warnings: [],
    upgradable,
  }
}

/** A stream is in the log when it has ended, like any other answer. */
function answered(call: Call, response: Response): Response {
  const code = call.upgrade ? SWITCHING_PROTOCOLS : response.status
  if (call.ended) void call.ended.then(() => record(call, code))
  else record(call, code)
  return response
}

function refused(call: Call, fault: unknown): Response {
  const { signal } = call.request
  if (signal.aborted || fault instanceof Dropped) {
    record(call, NO_ANSWER)
    throw signal.aborted ? signal.reason : fault
  }
  const status = statusOf(fault)
  record(call, status.code ?? 500, status)
  return respondStatus(call, status)
}

/** Each is told once, however often it was met. */
function withWarnings({ warnings }: Call, response: Response): Response {
  for (const text of new Set(warnings)) response.headers.append('warning', `299 - ${JSON.stringify(text)}`)
  return response
}

/** A fault of ours must not take the server down; it is answered as the real one answers a panic. */
function statusOf(fault: unknown): Status {
  if (fault instanceof ApiError) return fault.status
  return internal(fault instanceof Error ? fault.message : String(fault)).status
}
