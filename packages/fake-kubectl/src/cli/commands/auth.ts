/**
 * `kubectl auth can-i` and `whoami`. Source: kubectl/pkg/cmd/auth.
 */
import type { Command, Context } from '../command.ts'
import { compactedRules, resourceText } from '../describe/rbac.ts'
import { CliFault, isForbidden, isNotFound, SilentExit } from '../errors.ts'
import { ALL_NAMESPACES, OUTPUT_FLAGS, SUBRESOURCE } from '../flag-rows.ts'
import { printerFor } from '../printers/printer.ts'
import { align, TABLE } from '../tab-writer.ts'
import { byBytes, goText, type Wire } from '../wire.ts'
import { donePrinter } from '../writing.ts'

export const auth: Command = {
  name: 'auth',
  short: 'Inspect authorization',
  commands: [
    {
      name: 'can-i',
      short: 'Check whether an action is allowed',
      usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
      flags: [
        ALL_NAMESPACES,
        SUBRESOURCE,
        ['list', '', 'bool', 'false', 'All that is allowed.'],
        ['no-headers', '', 'bool', 'false', 'With --list: no header line.'],
        ['quiet', 'q', 'bool', 'false', 'Print nothing, end with 0 or 1.'],
      ],
      run: canI,
    },
    {
      name: 'reconcile',
      short: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects (not here)',
      declines:
        'the fake kubectl has no auth reconcile: apply the manifest. With a stock kubectl: kubectl auth reconcile',
    },
    {
      name: 'whoami',
      short: 'Experimental: Check self subject attributes',
      flags: OUTPUT_FLAGS,
      run: whoAmI,
    },
  ],
}

const REVIEWS = '/apis/authorization.k8s.io/v1'
const RESOURCE_VERBS = [
  '*',
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'use',
  'bind',
  'impersonate',
  'escalate',
  'approve',
  'sign',
  'proxy',
  'head',
  'options',
  'post',
  'put',
  'attest',
]
const URL_VERBS = ['*', 'get', 'put', 'post', 'head', 'options', 'delete', 'patch']
/** Resources that RBAC speaks of and no server has. */
const NOWHERE = ['users', 'groups']

type Target = { group: string; resource: string; name: string } | { path: string }

async function canI(context: Context): Promise<void> {
  const { flags, args, err } = context
  if (flags.on('list')) return listAccess(context)
  const [verb = '', asked = ''] = args
  if (args.length !== 2) {
    throw new CliFault(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    )
  }
  const target = await targetOf(context, asked)
  if ('path' in target) {
    if (flags.text('subresource') !== '') throw new CliFault('--subresource can not be used with NonResourceURL')
    if (!URL_VERBS.includes(verb)) err(`Warning: verb '${verb}' is not a known verb\n\n`)
  } else if (!flags.on('all-namespaces') && !RESOURCE_VERBS.includes(verb))
    err(`Warning: verb '${verb}' is not a known verb\n\n`)
  if (flags.on('no-headers')) throw new CliFault('--no-headers cannot be set without --list specified')
  const { allowed, reason, evaluationError } = await ask(context, verb, target)
  const why = [reason, evaluationError].filter(Boolean).map((text) => ` - ${text}`)
  if (!flags.on('quiet')) context.out(allowed ? 'yes\n' : `no${why.join('')}\n`)
  if (!allowed) throw new SilentExit(1)
}

async function targetOf(context: Context, asked: string): Promise<Target> {
  if (asked.startsWith('/')) return { path: asked }
  const [type = '', name = ''] = asked.split(/\/(.*)/s)
  if (type === '*') return { group: '', resource: '*', name }
  try {
    const { group, plural, namespaced } = await context.discovery.resolve(type.toLowerCase())
    if (!namespaced && !context.flags.on('all-namespaces')) {
      context.err(
        `Warning: resource '${plural}' is not namespace scoped${group === '' ? '' : ` in group '${group}'`}\n\n`,
      )
    }
    return { group, resource: plural, name }
  } catch (fault) {
    if (!(fault instanceof CliFault)) throw fault
    const [plural = '', group = ''] = type.toLowerCase().split(/\.(.*)/s)
    if (!NOWHERE.includes(type)) {
      context.err(
        `Warning: the server doesn't have a resource type '${plural}'${group === '' ? '' : ` in group '${group}'`}\n\n`,
      )
    }
    return { group: '', resource: type, name }
  }
}

async function ask({ client, flags, connection }: Context, verb: string, target: Target): Promise<Wire> {
  const namespace = flags.on('all-namespaces') ? '' : connection.namespace
  const attributes =
    'path' in target
      ? { nonResourceAttributes: { verb, path: target.path } }
      : { resourceAttributes: { namespace, verb, ...target, subresource: flags.text('subresource') } }
  const body = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec: attributes }
  const { status } = await client.json('POST', `${REVIEWS}/selfsubjectaccessreviews`, { body })
  return status
}

async function listAccess(context: Context): Promise<void> {
  const { flags, args, client, connection, err, out } = context
  if (args.length > 0) throw new CliFault('list option must be specified with no arguments')
  if (flags.on('quiet') || flags.on('all-namespaces') || flags.text('subresource') !== '') {
    throw new CliFault("list option can't be specified with neither quiet, all-namespaces nor subresource options")
  }
  const body = {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    spec: { namespace: connection.namespace },
  }
  const { status } = await client.json('POST', `${REVIEWS}/selfsubjectrulesreviews`, { body })
  if (status.incomplete) err(`Warning: the list may be incomplete: ${status.evaluationError ?? ''}\n`)
  const rules = compactedRules([...(status.resourceRules ?? []), ...(status.nonResourceRules ?? [])])
  const rows = rules.map((rule) => [resourceText(rule), goText(rule.url), goText(rule.name), goText(rule.verbs)])
  const header = flags.on('no-headers') ? [] : [['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']]
  out(align([...header, ...rows].map((cells) => `${cells.join('\t')}\n`).join(''), TABLE))
}

async function whoAmI(context: Context): Promise<void> {
  const { client, flags, out } = context
  const body = {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {},
    status: { userInfo: {} },
  }
  const review = await client
    .json('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body })
    .catch((fault) => {
      const disabled = 'the selfsubjectreviews API is not enabled in the cluster'
      if (isForbidden(fault)) throw new CliFault(`${disabled} or you do not have permission to call it`)
      throw isNotFound(fault) ? new CliFault(disabled) : fault
    })
  if (flags.text('output') === 'json') return typedJson(context, review)
  if (flags.text('output') !== '') return out(printerFor(context)(review))
  const { username, uid, groups = [], extra = {} } = review.status.userInfo
  const rows = [
    ['ATTRIBUTE', 'VALUE'],
    ...(username ? [['Username', username]] : []),
    ...(uid ? [['UID', uid]] : []),
    ...(groups.length > 0 ? [['Groups', goText(groups)]] : []),
    ...Object.keys(extra)
      .sort(byBytes)
      .map((key) => [`Extra: ${key}`, goText(extra[key])]),
  ]
  out(align(rows.map((cells) => `${cells.join('\t')}\n`).join(''), TABLE))
}

function typedJson(context: Context, review: Wire): void {
  const flags = { ...context.flags, text: (name: string) => (name === 'dry-run' ? 'none' : context.flags.text(name)) }
  donePrinter({ ...context, flags }, { typed: true })(review, '')
}
