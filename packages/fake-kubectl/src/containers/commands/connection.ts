/**
 * How a command finds and reaches somebody else: names, then connections.
 */
import { dial, type Dialled } from '../../network/dial.ts'
import { resolve } from '../../network/dns.ts'
import { textOf } from '../pipe.ts'
import type { Process } from '../process.ts'

export type Found =
  | { readonly kind: 'found'; readonly address: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'silent' }

/** The address of a name, as a container sees it: its hosts file first, then DNS. */
export function addressOf({ container }: Process, host: string): Found {
  if (/^\d+(\.\d+){3}$/.test(host)) return { kind: 'found', address: host }
  const known = textOf(container.files.read('/etc/hosts'))
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .find(([address = '', ...names]) => names.includes(host) && address.includes('.'))
  if (known) return { kind: 'found', address: known[0]! }
  const answer = resolve(container.server, container.pod, host)
  return answer.kind === 'found' ? { kind: 'found', address: answer.addresses[0]! } : answer
}

export function connect({ container }: Process, address: string, port: number): Dialled {
  return dial(container.server, container.pod, address, port)
}
