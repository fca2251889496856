/** Probes and lifecycle hooks. Source: kubernetes/pkg/apis/core/validation/validation.go, validateProbe, validateHandler. */
import type { Field } from '../field.ts'
import { httpHeader, port } from '../formats.ts'

type Handler = (action: Field, graceSeconds: number | undefined) => void

const HANDLERS: Readonly<Record<string, Handler>> = {
  exec: (action) => void action.at('command').require(),
  httpGet: validateHttpGet,
  tcpSocket: (action) => action.at('port').is(port),
  grpc: (action) => action.at('port').is(port),
  sleep: validateSleep,
}

export function validateLifecycle(lifecycle: Field, graceSeconds: number | undefined): void {
  for (const hook of ['postStart', 'preStop'])
    if (lifecycle.at(hook).isSet) validateHandler(lifecycle.at(hook), graceSeconds)
}

export function validateProbes(container: Field): void {
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container.at(kind)
    if (!probe.isSet) continue
    validateProbe(probe)
    const [threshold, grace] = [probe.at('successThreshold'), probe.at('terminationGracePeriodSeconds')]
    if (kind !== 'readinessProbe' && threshold.value !== 1) threshold.invalid('must be 1')
    if (kind === 'readinessProbe' && grace.isSet) grace.invalid('must not be set for readinessProbes')
  }
}

function validateProbe(probe: Field): void {
  validateHandler(probe, undefined)
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ])
    probe.at(field).nonNegative()
  const grace = probe.at('terminationGracePeriodSeconds')
  if (grace.isSet && grace.value <= 0) grace.invalid('must be greater than 0')
}

function validateHandler(owner: Field, graceSeconds: number | undefined): void {
  const given = Object.keys(HANDLERS).filter((name) => owner.at(name).isSet)
  if (given.length === 0) return owner.required('must specify a handler type')
  for (const [i, name] of given.entries()) {
    if (i === 0) HANDLERS[name]!(owner.at(name), graceSeconds)
    else owner.at(name).forbidden('may not specify more than 1 handler type')
  }
}

function validateHttpGet(action: Field): void {
  action.at('path').require()
  action.at('port').is(port)
  action.at('scheme').oneOf(['HTTP', 'HTTPS'])
  for (const header of action.at('httpHeaders').items())
    for (const why of httpHeader(header.value.name)) action.at('httpHeaders').invalid(why, header.value.name)
}

function validateSleep(action: Field, graceSeconds: number | undefined): void {
  const seconds = action.value.seconds ?? 0
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return
  action.invalid(`must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`, seconds)
}
