/**
 * Fills Secrets of type kubernetes.io/service-account-token with a token of their account, and takes them away with it.
 * Source: pkg/controller/serviceaccount/tokens_controller.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { at, type KubeObject } from '../api/meta.ts'
import type { Server } from '../apiserver/server.ts'
import { issueLegacyToken } from '../apiserver/access/tokens/account-token.ts'
import { runController } from './controller.ts'
import { update } from './manager.ts'

const SECRETS = builtIn('secrets')
const ACCOUNTS = builtIn('serviceaccounts')
const TYPE = 'kubernetes.io/service-account-token'
const ACCOUNT_NAME = 'kubernetes.io/service-account.name'
const ACCOUNT_UID = 'kubernetes.io/service-account.uid'

export function runAccountSecrets(server: Server): void {
  const { store, clock } = server
  runController(store, clock, SECRETS, (secret) => {
    if (secret['type'] === TYPE) reconcile(server, secret)
    return undefined
  })
  store.log.subscribe(ACCOUNTS, {
    event: ({ type, object }) => {
      if (type !== 'DELETED') return
      for (const secret of store.list(SECRETS, object.metadata.namespace)) {
        if (secret['type'] === TYPE && accountOf(server, secret) === undefined) remove(server, secret)
      }
    },
    reset: () => {},
  })
}

function reconcile(server: Server, secret: KubeObject): void {
  const account = accountOf(server, secret)
  if (!account) return remove(server, secret)
  if (at(secret, 'data.token') && secret.metadata.annotations?.[ACCOUNT_UID] === account.metadata.uid) return
  const { annotations, namespace = '' } = secret.metadata
  const filled = {
    ...secret,
    metadata: { ...secret.metadata, annotations: { ...annotations, [ACCOUNT_UID]: account.metadata.uid ?? '' } },
    data: {
      ...(secret['data'] as object),
      'ca.crt': btoa(server.rootCertificate),
      namespace: btoa(namespace),
      token: btoa(issueLegacyToken(server, account, secret)),
    },
  }
  update(server, SECRETS, filled)
}

/** The account a Secret names, if that is still the one it was made for. */
function accountOf({ store }: Server, { metadata }: KubeObject): KubeObject | undefined {
  const { namespace = '', annotations = {} } = metadata
  const account = store.find(ACCOUNTS, namespace, annotations[ACCOUNT_NAME] ?? '')
  const uid = annotations[ACCOUNT_UID]
  return uid === undefined || uid === account?.metadata.uid ? account : undefined
}

function remove({ store }: Server, { metadata: { namespace = '', name } }: KubeObject): void {
  if (store.find(SECRETS, namespace, name)) store.delete(SECRETS, namespace, name)
}
