/** Who reaches whom: networking.k8s.io and discovery.k8s.io. Source: api/discovery/apis__{networking,discovery}.k8s.io. */
import { rowsOf, STATUS, type ResourceType } from './row.ts'

const row = rowsOf('networking.k8s.io', 'v1')

export const NETWORKING: readonly ResourceType[] = [
  row('ingressclasses', 'IngressClass', { namespaced: false, generation: true }),
  row('ingresses', 'Ingress', { shortNames: ['ing'], subresources: [STATUS], generation: true }),
  row('ipaddresses', 'IPAddress', {
    namespaced: false,
    shortNames: ['ip'],
    fieldLabels: ['spec.parentRef.resource'],
    nameRule: 'path-segment',
  }),
  row('networkpolicies', 'NetworkPolicy', { shortNames: ['netpol'], generation: true }),
  row('servicecidrs', 'ServiceCIDR', { namespaced: false, subresources: [STATUS] }),
]

export const DISCOVERY: readonly ResourceType[] = [
  rowsOf('discovery.k8s.io', 'v1')('endpointslices', 'EndpointSlice', { generation: true }),
]
