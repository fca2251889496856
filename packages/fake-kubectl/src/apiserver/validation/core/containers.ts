/**
 * Containers of all three kinds: names, images, ports, environment, mounts.
 * Source: kubernetes/pkg/apis/core/validation/validation.go, validateContainerCommon and its callers.
 */
import type { Field } from '../field.ts'
import { dnsLabel, portName, portNumber } from '../formats.ts'
import { validateEnv, validateEnvFrom } from './environment.ts'
import { validateMounts, type Volumes } from './mounts.ts'
import { validateLifecycle, validateProbes } from './probes.ts'
import { validateResources } from './resources.ts'
import { validateSecurityContext } from './security.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

export function validateContainers(spec: Field, volumes: Volumes): void {
  const containers = spec.at('containers')
  if (!containers.require()) return
  const names = new Set<string>()
  for (const container of containers.items()) {
    validateCommon(container, volumes)
    unique(container.at('name'), names)
    validateRunning(container, spec)
    const restartPolicy = container.at('restartPolicy')
    restartPolicy.oneOf(['Always', 'Never', 'OnFailure'])
  }
  validateHostPorts(containers, new Set())
}

export function validateInitContainers(spec: Field, volumes: Volumes): void {
  const names = new Set<string>(
    spec
      .at('containers')
      .items()
      .map((it) => it.value.name),
  )
  for (const container of spec.at('initContainers').items()) {
    validateCommon(container, volumes)
    container.at('restartPolicy').oneOf(['Always', 'Never', 'OnFailure'])
    unique(container.at('name'), names)
    if (container.value.restartPolicy === 'Always') validateRunning(container, spec)
    else forbid(container, RUNNING_PARTS, 'may not be set for init containers without restartPolicy=Always')
  }
}

export function validateEphemeralContainers(spec: Field, volumes: Volumes): void {
  const others = [...spec.at('containers').items(), ...spec.at('initContainers').items()].map((it) => it.value.name)
  const names = new Set<string>(others)
  for (const container of spec.at('ephemeralContainers').items()) {
    validateCommon(container, volumes)
    unique(container.at('name'), names)
    const target = container.at('targetContainerName')
    if (!target.isEmpty && !others.includes(target.value)) target.notFound()
    forbid(container, ['ports', 'resources', ...RUNNING_PARTS], 'cannot be set for an Ephemeral Container')
  }
}

const RUNNING_PARTS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']

function forbid(container: Field, parts: readonly string[], why: string): void {
  for (const part of parts) if (!container.at(part).isEmpty) container.at(part).forbidden(why)
}

function validateRunning(container: Field, spec: Field): void {
  if (container.at('lifecycle').isSet)
    validateLifecycle(container.at('lifecycle'), spec.value.terminationGracePeriodSeconds)
  validateProbes(container)
}

function validateCommon(container: Field, volumes: Volumes): void {
  container.at('name').requireFormat(dnsLabel)
  container.at('image').require()
  container.at('terminationMessagePolicy').requireOneOf(MESSAGE_POLICIES)
  validatePorts(container.at('ports'))
  validateEnv(container.at('env'))
  validateEnvFrom(container.at('envFrom'))
  validateMounts(container, volumes)
  container.at('imagePullPolicy').requireOneOf(PULL_POLICIES)
  validateResources(container.at('resources'))
  validateSecurityContext(container.at('securityContext'))
}

function unique(name: Field, names: Set<string>): void {
  if (names.has(name.value)) name.duplicate()
  else if (!name.isEmpty) names.add(name.value)
}

function validatePorts(ports: Field): void {
  const names = new Set<string>()
  for (const item of ports.items()) {
    const [name, number, hostPort] = [item.at('name'), item.at('containerPort'), item.at('hostPort')]
    if (!name.isEmpty && portName(name.value).length > 0) name.is(portName)
    else unique(name, names)
    if (number.require()) for (const why of portNumber(number.value)) number.invalid(why)
    if (!hostPort.isEmpty) for (const why of portNumber(hostPort.value)) hostPort.invalid(why)
    item.at('protocol').requireOneOf(PROTOCOLS)
  }
}

/** Two containers of a pod cannot have the same port of the host. */
function validateHostPorts(containers: Field, taken: Set<string>): void {
  for (const port of containers.items().flatMap((it) => it.at('ports').items())) {
    const { hostPort, hostIP = '', protocol } = port.value
    if (!hostPort) continue
    const text = `${protocol}/${hostIP}/${hostPort}`
    if (taken.has(text)) port.at('hostPort').duplicate(text)
    taken.add(text)
  }
}
