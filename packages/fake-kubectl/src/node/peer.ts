/**
 * What a socket tells of the caller: the address, whether the connection is encrypted, and the certificate that the
 * caller showed, with Node's verdict on it. Read once for each connection.
 */
import type { Socket } from 'node:net'
import { TLSSocket, type PeerCertificate } from 'node:tls'
import type { ClientCertificate, Peer } from '../apiserver/server.ts'

const known = new WeakMap<Socket, Peer>()

export function peerOf(socket: Socket): Peer {
  const peer = known.get(socket) ?? read(socket)
  known.set(socket, peer)
  return peer
}

function read(socket: Socket): Peer {
  const address = socket.remoteAddress ?? ''
  if (!(socket instanceof TLSSocket)) return { address, encrypted: false }
  const shown = socket.getPeerCertificate()
  // Without a certificate Node hands out an empty object.
  if (!shown?.subject) return { address, encrypted: true }
  return { address, encrypted: true, certificate: certificateOf(shown, socket.authorized) }
}

const UID = '1.3.6.1.4.1.57683.2' // Kubernetes' own attribute, see certificate.ts

function certificateOf({ subject, fingerprint256 }: PeerCertificate, verified: boolean): ClientCertificate {
  const values = (attribute: string): string[] =>
    [(subject as Record<string, string | string[]>)[attribute] ?? []].flat()
  return {
    commonName: values('CN').at(-1) ?? '',
    organizations: values('O'),
    uids: values(UID),
    sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
    verified,
  }
}
