/** Every default that depends on other fields, by the type of the struct that has it. */
import { CLUSTER } from './cluster.ts'
import { NETWORK } from './network.ts'
import { PODS } from './pods.ts'
import type { Rule } from './rule.ts'
import { WORKLOADS } from './workloads.ts'

export const RULES: Readonly<Record<string, readonly Rule[]>> = { ...PODS, ...WORKLOADS, ...NETWORK, ...CLUSTER }
