/**
 * The two pools that Services draw from: cluster addresses and node ports. What is taken is read from the Services that
 * are there, so nothing needs repair when one goes.
 * Source: kubernetes/pkg/registry/core/service/{ipallocator,portallocator}; kubeadm's default ranges.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, type KubeObject } from '../../api/meta.ts'
import type { Creator, Write } from '../admission/plugin.ts'
import { structs } from '../defaults/rules/rule.ts'

export const SERVICE_RANGE = '10.96.0.0/16'
export const NODE_PORTS: readonly [low: number, high: number] = [30_000, 32_767]

const SERVICES = builtIn('services')
const PREFIX = '10.96.'
/** Below, addresses are left to those who ask for one by name. */
const STATIC_BAND = 256
const HOSTS = 65_536

export function isInRange(address: string): boolean {
  const [third, fourth, ...rest] = address.startsWith(PREFIX) ? address.slice(PREFIX.length).split('.') : []
  const number = Number(third) * 256 + Number(fourth)
  return rest.length === 0 && number >= 1 && number < HOSTS - 1
}

export function usedAddresses(server: Creator, but: KubeObject): Set<unknown> {
  return new Set(others(server, but).map((service) => at(service, 'spec.clusterIP')))
}

/** `TCP/30123`, … */
export function usedPorts(server: Creator, but: KubeObject): Set<string> {
  const ports = others(server, but).flatMap((service) => [
    ...structs(at(service, 'spec.ports')).map(({ protocol, nodePort }) => `${protocol}/${nodePort}`),
    `TCP/${String(at(service, 'spec.healthCheckNodePort'))}`,
  ])
  return new Set(ports)
}

/** @throws RangeError when all 65,000 are taken */
export function freeAddress({ random }: Creator, used: ReadonlySet<unknown>): string {
  for (let attempt = 0; attempt < 2 * HOSTS; attempt++) {
    const host = random.integer(STATIC_BAND, HOSTS - 2)
    const address = `${PREFIX}${host >> 8}.${host & 255}`
    if (!used.has(address)) return address
  }
  throw new RangeError(`no free address in ${SERVICE_RANGE}`)
}

/** Free for TCP and UDP alike. */
export function freePort({ server: { random } }: Write, taken: ReadonlySet<string>): number {
  const [low, high] = NODE_PORTS
  for (let attempt = 0; attempt < 10 * (high - low); attempt++) {
    const port = random.integer(low, high)
    if (!taken.has(`TCP/${port}`) && !taken.has(`UDP/${port}`)) return port
  }
  throw new RangeError(`no free port in ${low}-${high}`)
}

function others({ store }: Creator, { metadata: { namespace, name } }: KubeObject): KubeObject[] {
  return store.list(SERVICES).filter(({ metadata }) => metadata.name !== name || metadata.namespace !== namespace)
}
