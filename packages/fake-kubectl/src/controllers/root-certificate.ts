/**
 * Each namespace holds the certificate of the authority that vouches for the API server, for pods to check it by.
 * Source: pkg/controller/certificates/rootcacertpublisher/publisher.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { Server } from '../apiserver/server.ts'
import { update } from './manager.ts'

const CONFIG_MAPS = builtIn('configmaps')
export const ROOT_CERTIFICATE_NAME = 'kube-root-ca.crt'

/** For a cluster that nobody serves: it has no authority. */
export const NO_CERTIFICATE =
  '-----BEGIN CERTIFICATE-----\n(the simulated cluster has no certificate)\n-----END CERTIFICATE-----\n'

/** From now on, in every namespace. */
export function publishRootCertificate(server: Server, certificate: string): void {
  const { store } = server
  server.rootCertificate = certificate
  for (const map of store.list(CONFIG_MAPS)) {
    if (map.metadata.name !== ROOT_CERTIFICATE_NAME) continue
    update(server, CONFIG_MAPS, { ...map, data: { 'ca.crt': certificate } })
  }
}
