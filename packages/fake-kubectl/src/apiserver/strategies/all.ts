/** The strategies of the kinds that have one, by storage name. Most kinds need none: their rows say it all. */
import { definitions } from './definitions.ts'
import { jobs } from './jobs.ts'
import { deployments, namespaces, persistentVolumes, signingRequests } from './cluster.ts'
import { pods } from './pods.ts'
import { services } from './services.ts'
import type { Strategy } from './strategy.ts'

export const STRATEGIES: Readonly<Record<string, Strategy>> = {
  namespaces,
  persistentvolumes: persistentVolumes,
  pods,
  services,
  'certificatesigningrequests.certificates.k8s.io': signingRequests,
  'customresourcedefinitions.apiextensions.k8s.io': definitions,
  'deployments.apps': deployments,
  'jobs.batch': jobs,
}
