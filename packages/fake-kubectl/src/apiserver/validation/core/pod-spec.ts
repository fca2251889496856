/**
 * The spec of a pod, or of a template of one, in the real server's order.
 * Source: kubernetes/pkg/apis/core/validation/validation.go, ValidatePodSpec, ValidatePodTemplateSpec.
 */
import type { Field } from '../field.ts'
import { dnsLabel, dnsSubdomain, ip, labelKey } from '../formats.ts'
import { validateAnnotations, validateLabels } from '../metadata.ts'
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './containers.ts'
import { validateAffinity, validateSpread, validateTolerations } from './placement.ts'
import { validateResources } from './resources.ts'
import { validatePodSecurityContext } from './security.ts'
import { validateVolumes } from './volumes.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const MAX_SECONDS = 2 ** 31 - 1

export function validateTemplate(template: Field): void {
  validateTemplateMetadata(template)
  validatePodSpec(template.at('spec'))
  const ephemeral = template.at('spec', 'ephemeralContainers')
  if (!ephemeral.isEmpty) ephemeral.forbidden('ephemeral containers not allowed in pod template')
}

export function validateTemplateMetadata(template: Field): void {
  validateLabels(relabelled(template, 'labels'))
  validateAnnotations(relabelled(template, 'annotations'))
}

/** The real server's paths leave out `metadata` here. */
function relabelled(template: Field, field: string): Field {
  return template.at(field).with(template.value?.metadata?.[field])
}

export function validatePodSpec(spec: Field): void {
  const volumes = validateVolumes(spec.at('volumes'))
  validateContainers(spec, volumes)
  validateInitContainers(spec, volumes)
  validateEphemeralContainers(spec, volumes)
  if (spec.at('resources').isSet) validateResources(spec.at('resources'))
  spec.at('restartPolicy').requireOneOf(RESTART_POLICIES)
  spec.at('dnsPolicy').requireOneOf(DNS_POLICIES)
  validateLabels(spec.at('nodeSelector'))
  validatePodSecurityContext(spec.at('securityContext'), spec)
  validateAffinity(spec.at('affinity'))
  validateDns(spec)
  for (const gate of spec.at('readinessGates').items()) gate.at('conditionType').is(labelKey)
  validateGates(spec.at('schedulingGates'))
  validateSpread(spec.at('topologySpreadConstraints'))
  validateNames(spec)
  validateTolerations(spec.at('tolerations'))
  validateHostAliases(spec.at('hostAliases'))
  for (const field of ['priorityClassName', 'runtimeClassName']) spec.at(field).optionalFormat(dnsSubdomain)
  spec.at('preemptionPolicy').oneOf(['PreemptLowerPriority', 'Never'])
  if (spec.at('os').isSet) spec.at('os', 'name').requireOneOf(['linux', 'windows'])
}

function validateNames(spec: Field): void {
  for (const field of ['serviceAccountName', 'nodeName']) spec.at(field).optionalFormat(dnsSubdomain)
  spec.at('activeDeadlineSeconds').inRange(1, MAX_SECONDS)
  for (const field of ['hostname', 'subdomain']) spec.at(field).optionalFormat(dnsLabel)
}

const MAX_NAMESERVERS = 3

function validateDns(spec: Field): void {
  const [config, servers] = [spec.at('dnsConfig'), spec.at('dnsConfig', 'nameservers')]
  if (spec.value.dnsPolicy === 'None') {
    if (!config.isSet) return config.required('must provide `dnsConfig` when `dnsPolicy` is None')
    if (servers.isEmpty) return servers.required('must provide at least one DNS nameserver when `dnsPolicy` is None')
  }
  if (servers.items().length > MAX_NAMESERVERS)
    servers.invalid(`must not have more than ${MAX_NAMESERVERS} nameservers`)
  for (const server of servers.items()) server.is(ip)
}

function validateGates(gates: Field): void {
  const seen = new Set<string>()
  for (const gate of gates.items()) {
    for (const why of labelKey(gate.value.name ?? '')) gate.invalid(why, gate.value.name ?? '')
    if (seen.has(gate.value.name)) gate.duplicate(gate.value.name)
    seen.add(gate.value.name)
  }
}

function validateHostAliases(aliases: Field): void {
  for (const alias of aliases.items()) {
    alias.at('ip').is(ip)
    for (const host of alias.at('hostnames').items()) host.is(dnsSubdomain)
  }
}
