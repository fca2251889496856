/** `kubectl create token`: a token of a ServiceAccount. Source: kubectl/pkg/cmd/create/create_token.go. */
import type { Command } from '../command.ts'
import { CliFault } from '../errors.ts'
import { OUTPUT_FLAGS } from '../flag-rows.ts'
import { nameIn } from '../generators/generator.ts'
import { printerFor } from '../printers/printer.ts'

const BOUND: Record<string, string> = { Node: 'v1', Pod: 'v1', Secret: 'v1' }

export const createToken: Command = {
  name: 'token',
  short: 'Request a service account token',
  usage: 'SERVICE_ACCOUNT_NAME',
  flags: [
    ...OUTPUT_FLAGS,
    ['audience', '', 'array', '', 'Whom the token is for; may be repeated.'],
    ['bound-object-kind', '', 'string', '', 'Node, Pod or Secret: with its end the token ends.'],
    ['bound-object-name', '', 'string', '', 'Name of that object.'],
    ['bound-object-uid', '', 'string', '', 'UID of that object.'],
    ['duration', '', 'duration', '0s', 'How long it lasts.'],
  ],
  async run(context) {
    const { flags, client, connection, out } = context
    const name = nameIn(context)
    const seconds = flags.duration('duration') / 1000
    if (seconds < 0) throw new CliFault('--duration must be greater than or equal to 0')
    if (!Number.isInteger(seconds)) throw new CliFault('--duration cannot be expressed in units less than seconds')
    if (flags.list('audience').includes('')) throw new CliFault('--audience must not be an empty string')
    const bound = boundObject(flags)
    const audiences = flags.list('audience')
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audiences.length > 0 ? audiences : null,
        expirationSeconds: seconds || null,
        boundObjectRef: bound,
      },
      status: { token: '', expirationTimestamp: null },
    }
    const path = `/api/v1/namespaces/${connection.namespace}/serviceaccounts/${encodeURIComponent(name)}/token`
    const answer = await client.json('POST', path, { body }).catch((fault: Error) => {
      throw new CliFault(`failed to create token: ${fault.message}`)
    })
    if (!answer.status?.token) throw new CliFault('failed to create token: no token in server response')
    out(flags.text('output') === '' ? answer.status.token : printerFor(context)(answer))
  },
}

function boundObject(flags: { text(name: string): string }): object | null {
  const [kind = '', name = '', uid = ''] = ['kind', 'name', 'uid'].map((part) => flags.text(`bound-object-${part}`))
  if (kind === '') {
    if (name !== '') throw new CliFault('--bound-object-name can only be set if --bound-object-kind is provided')
    if (uid !== '') throw new CliFault('--bound-object-uid can only be set if --bound-object-kind is provided')
    return null
  }
  const apiVersion = BOUND[kind]
  if (!apiVersion) throw new CliFault(`supported --bound-object-kind values are ${Object.keys(BOUND).join(', ')}`)
  if (name === '') throw new CliFault('--bound-object-name is required if --bound-object-kind is provided')
  return { kind, apiVersion, name, ...(uid && { uid }) }
}
