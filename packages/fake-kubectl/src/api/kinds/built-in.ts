/** The whole table of kinds that every cluster has. To add one, add a row to its group. */
import { AUTHENTICATION, AUTHORIZATION, CERTIFICATES, RBAC } from './access.ts'
import { COORDINATION, EVENTS, FLOWCONTROL, NODE, RESOURCE, SCHEDULING } from './cluster.ts'
import { CORE } from './core.ts'
import { ADMISSIONREGISTRATION, APIEXTENSIONS, APIREGISTRATION } from './extension.ts'
import { DISCOVERY, NETWORKING } from './network.ts'
import type { ResourceType } from './row.ts'
import { STORAGE } from './storage.ts'
import { APPS, AUTOSCALING, BATCH, POLICY } from './workloads.ts'

export const BUILT_IN: readonly ResourceType[] = [
  ...CORE,
  ...APIREGISTRATION,
  ...APPS,
  ...EVENTS,
  ...AUTHENTICATION,
  ...AUTHORIZATION,
  ...AUTOSCALING,
  ...BATCH,
  ...CERTIFICATES,
  ...NETWORKING,
  ...POLICY,
  ...RBAC,
  ...STORAGE,
  ...ADMISSIONREGISTRATION,
  ...APIEXTENSIONS,
  ...SCHEDULING,
  ...COORDINATION,
  ...NODE,
  ...DISCOVERY,
  ...FLOWCONTROL,
  ...RESOURCE,
]

const byName = new Map(BUILT_IN.toReversed().map((type) => [type.storage, type]))

/** A row by the name `kubectl` gives it, `pods` or `deployments.apps`, for code that works with that one resource. */
export function builtIn(name: string): ResourceType {
  const type = byName.get(name)
  if (!type) throw new RangeError(`no built-in resource ${name} in the table of kinds (api/kinds)`)
  return type
}
