/**
 * A kubeconfig for a cluster that is served: what kubectl and every client library read to find it.
 * Source: client-go/tools/clientcmd/api/v1/types.go.
 */
import { stringify } from 'yaml'

export type KubeconfigOptions = {
  /** Where the cluster listens. */
  url: string
  /** The names in it; `mcp-lab` when absent. */
  name?: string
  /** Namespace kubectl works in; `default` when absent. */
  namespace?: string
  /** Whom to believe that the server is the server: a certificate in PEM. Absent, nobody is asked. */
  certificateAuthority?: string
  /** A client certificate and its key, in PEM. */
  client?: { readonly certificate: string; readonly key: string }
  /** A bearer token. kubectl sends it over HTTPS only. */
  token?: string
  /** Whom to act as: sent over plain HTTP, too. */
  as?: string
  asGroups?: readonly string[]
}

/** @returns YAML text */
export function kubeconfig({ url, name = 'mcp-lab', namespace = 'default', ...options }: KubeconfigOptions): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, ...trust(options) } }],
    users: [{ name, user: userOf(options) }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  })
}

function trust({ certificateAuthority: ca }: Pick<KubeconfigOptions, 'certificateAuthority'>): object {
  // client-node refuses plain HTTP unless told not to verify; kubectl does not mind.
  return ca === undefined ? { 'insecure-skip-tls-verify': true } : { 'certificate-authority-data': base64(ca) }
}

function userOf({ client, token, as, asGroups = [] }: Omit<KubeconfigOptions, 'url'>): object {
  return {
    ...(client && { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) }),
    ...(token !== undefined && { token }),
    ...(as !== undefined && { as }),
    ...(asGroups.length > 0 && { 'as-groups': asGroups }),
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
