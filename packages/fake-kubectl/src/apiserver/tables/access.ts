/** The columns of who may do what: accounts, bindings, certificates asked for. */
import { humanDuration } from '../../api/age.ts'
import { at, type KubeObject } from '../../api/meta.ts'
import { AGE, column, count, field, list, NAME, NONE, number, text, wide } from './cells.ts'
import type { Column } from './table.ts'

const BINDING: readonly Column[] = [
  NAME,
  column('Role', (it) => `${text(it, 'roleRef.kind')}/${text(it, 'roleRef.name')}`),
  AGE,
  wide(column('Users', (it) => subjects(it, 'User'))),
  wide(column('Groups', (it) => subjects(it, 'Group'))),
  wide(column('ServiceAccounts', (it) => subjects(it, 'ServiceAccount'))),
]

export const ACCESS: Readonly<Record<string, readonly Column[]>> = {
  serviceaccounts: [NAME, { ...count('Secrets', 'secrets'), type: 'string' }, AGE],
  rolebindings: BINDING,
  clusterrolebindings: BINDING,
  certificatesigningrequests: [
    NAME,
    AGE,
    field('SignerName', 'spec.signerName'),
    field('Requestor', 'spec.username', ''),
    column('RequestedDuration', requestedDuration),
    column('Condition', certificateStatus),
  ],
}

function subjects(binding: KubeObject, kind: string): string {
  const named = list(binding, 'subjects').filter((subject) => text(subject, 'kind') === kind)
  return named.map((it) => [text(it, 'namespace'), text(it, 'name')].filter(Boolean).join('/')).join(', ')
}

function requestedDuration(request: KubeObject): string {
  const seconds = number(request, 'spec.expirationSeconds')
  return at(request, 'spec.expirationSeconds') === undefined ? NONE : humanDuration(seconds * 1000)
}

function certificateStatus(request: KubeObject): string {
  const holds = (type: string) => list(request, 'status.conditions').some((it) => text(it, 'type') === type)
  const decided = holds('Denied') ? 'Denied' : holds('Approved') ? 'Approved' : 'Pending'
  return [
    decided,
    ...(holds('Failed') ? ['Failed'] : []),
    ...(text(request, 'status.certificate') ? ['Issued'] : []),
  ].join(',')
}
