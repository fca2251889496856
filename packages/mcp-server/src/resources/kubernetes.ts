/**
 * The resources of a cluster: its namespaces and nodes, and every object and log by address.
 */
import type { Resource } from './resource.ts'

const text = { mimeType: 'text/plain' }

export const KUBERNETES_RESOURCES: readonly Resource[] = [
  {
    ...text,
    uri: 'k8s://namespaces',
    name: 'namespaces',
    title: 'Namespaces',
    description: 'The namespaces of the cluster.',
    tool: 'kubernetes_get',
    arguments: () => ({ kind: 'namespaces', limit: 500 }),
  },
  {
    ...text,
    uri: 'k8s://nodes',
    name: 'nodes',
    title: 'Nodes',
    description: 'The nodes of the cluster, and how they are.',
    tool: 'kubernetes_get',
    arguments: () => ({ kind: 'nodes', limit: 500 }),
  },
  {
    ...text,
    uri: 'k8s://namespaces/{namespace}/{kind}',
    name: 'objects',
    title: 'Objects of a kind',
    description: 'The objects of one kind in a namespace, as kubectl lists them.',
    tool: 'kubernetes_get',
    arguments: ({ namespace, kind }) => ({ namespace, kind }),
  },
  {
    ...text,
    uri: 'k8s://namespaces/{namespace}/{kind}/{name}',
    name: 'object',
    title: 'Object',
    description: 'One object with its events.',
    tool: 'kubernetes_describe',
    arguments: ({ namespace, kind, name }) => ({ namespace, kind, name }),
  },
  {
    ...text,
    uri: 'k8s://namespaces/{namespace}/pods/{pod}/log',
    name: 'log',
    title: 'Log of a pod',
    description: 'The last lines of a pod with one container.',
    tool: 'kubernetes_logs',
    arguments: ({ namespace, pod }) => ({ namespace, pod }),
  },
  {
    ...text,
    uri: 'k8s://namespaces/{namespace}/pods/{pod}/log/{container}',
    name: 'container-log',
    title: 'Log of a container',
    description: 'The last lines of one container.',
    tool: 'kubernetes_logs',
    arguments: ({ namespace, pod, container }) => ({ namespace, pod, container }),
  },
]
