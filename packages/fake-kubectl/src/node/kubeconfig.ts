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
  /** A bearer token. kubectl sends it over HTTPS only. */
  token?: string
  /** Whom to act as: sent over plain HTTP, too. */
  as?: string
}

/** @returns YAML text */
export function kubeconfig({ url, name = 'mcp-lab', namespace = 'default', token, as }: KubeconfigOptions): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    // client-node refuses plain HTTP unless told not to verify; kubectl does not mind.
    clusters: [{ name, cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { ...(token && { token }), ...(as && { as }) } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  })
}
