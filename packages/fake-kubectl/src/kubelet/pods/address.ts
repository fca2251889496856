/**
 * Addresses of a machine's pod network, given out in turn.
 * Source: containernetworking/plugins, host-local: the next after the last, so that a freed one is not used at once.
 */
import type { Server } from '../../apiserver/server.ts'
import type { Kubelet } from '../kubelet.ts'

const FIRST_HOST = 2
const HOSTS = 253

/** @throws RangeError when the network is used up */
export function podAddress({ pods }: Pick<Server, 'pods'>, kubelet: Kubelet): string {
  const network = networkOf(kubelet)
  const used = new Set(pods.onNode(kubelet.nodeName).map(({ status }) => status.podIP))
  for (const { podIP } of kubelet.pods.values()) used.add(podIP)
  for (let tried = 1; tried <= HOSTS; tried++) {
    const host = FIRST_HOST + ((kubelet.lastHost - FIRST_HOST + tried) % HOSTS)
    if (used.has(`${network}.${host}`)) continue
    kubelet.lastHost = host
    return `${network}.${host}`
  }
  throw new RangeError(`no free pod address on node ${kubelet.nodeName}: a node holds at most ${HOSTS} pods`)
}

/** The third machine, at 10.20.0.3, has pods in 10.244.2. */
function networkOf({ address }: Kubelet): string {
  const [, , high = 0, low = 1] = address.split('.').map(Number)
  return `10.${244 + high}.${low - 1}`
}
