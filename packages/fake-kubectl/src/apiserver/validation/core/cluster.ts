/** Nodes, events, endpoints and replication controllers. Source: kubernetes/pkg/apis/core/validation/{validation,events}.go. */
import type { Field } from '../field.ts'
import { dnsLabel, ip, portNumber } from '../formats.ts'
import type { Rules } from '../rules.ts'
import { validateTemplate } from './pod-spec.ts'
import { validateTaints } from './placement.ts'

export const nodes: Rules = {
  validate: (node) => validateTaints(node.at('metadata', 'taints').with(node.value.spec?.taints)),
  validateUpdate(node, previous, subresource) {
    const [now, before] = [node.value.spec, previous['spec'] as Field['value']]
    if (subresource !== '') return
    for (const [field, why] of [
      ['podCIDRs', 'node updates may not change podCIDR except from "" to valid'],
      ['providerID', 'node updates may not change providerID except from "" to valid'],
    ] as const)
      if (before?.[field] && String(now?.[field]) !== String(before[field])) node.at('spec', field).forbidden(why)
  },
}

export const events: Rules = {
  validate(event) {
    const [of, { namespace }] = [event.at('involvedObject', 'namespace'), event.value.metadata]
    const isClusterWide = of.isEmpty && (namespace === 'default' || !namespace)
    if (!isClusterWide && of.value !== namespace) of.invalid('does not match event.namespace', of.value ?? '')
  },
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

export const endpoints: Rules = {
  validate(object) {
    for (const subset of object.at('subsets').items()) {
      const [ready, notReady] = [subset.at('addresses'), subset.at('notReadyAddresses')]
      if (ready.isEmpty && notReady.isEmpty) subset.required('must specify `addresses` or `notReadyAddresses`')
      for (const address of [...ready.items(), ...notReady.items()]) address.at('ip').is(ip)
      validatePorts(subset.at('ports'))
    }
  },
}

function validatePorts(ports: Field): void {
  const items = ports.items()
  for (const item of items) {
    if (items.length > 1) item.at('name').require()
    item.at('name').optionalFormat(dnsLabel)
    for (const why of portNumber(item.value.port ?? 0)) item.at('port').invalid(why, item.value.port ?? 0)
    item.at('protocol').requireOneOf(PROTOCOLS)
  }
}

export const replicationControllers: Rules = {
  validate(controller) {
    const [spec, template] = [controller.at('spec'), controller.at('spec', 'template')]
    spec.at('minReadySeconds').nonNegative()
    spec.at('selector').require()
    spec.at('replicas').nonNegative()
    if (!template.isSet) return template.required()
    const labels = template.at('metadata', 'labels')
    const selector: [string, unknown][] = Object.entries(spec.value.selector ?? {})
    if (selector.some(([key, value]) => labels.value?.[key] !== value))
      labels.invalid('`selector` does not match template `labels`')
    validateTemplate(template)
    template.at('spec', 'restartPolicy').oneOf(['Always'])
    if (template.at('spec', 'activeDeadlineSeconds').isSet)
      template
        .at('spec', 'activeDeadlineSeconds')
        .forbidden('activeDeadlineSeconds in ReplicationController is not Supported')
  },
}

export const podTemplates: Rules = { validate: (object) => validateTemplate(object.at('template')) }
