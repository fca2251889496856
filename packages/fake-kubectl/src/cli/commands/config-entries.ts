/**
 * `kubectl config set-cluster`, `set-credentials`, `delete-cluster`, `delete-user`, `set` and `unset`.
 * Source: kubectl/pkg/cmd/config.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Command, Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import type { FlagRow } from '../flags.ts'
import { configPaths } from '../kubeconfig.ts'
import type { Wire } from '../wire.ts'
import { edit, ensured, indexOf, loaded, named, oneArgument } from './config-file.ts'

const EMBED: FlagRow = ['embed-certs', '', 'bool', 'false', 'Keep what is in the files, not where they are.']
const PLUGINS = ['auth-provider', 'exec-command']

export const configEntries: readonly Command[] = [
  {
    name: 'set-cluster',
    short: 'Set a cluster entry in kubeconfig',
    usage: 'NAME [--server=server] [--certificate-authority=path/to/file]',
    flags: [EMBED, ['proxy-url', '', 'string', '', 'Proxy to go through.']],
    run: async (context) => setCluster(context),
  },
  {
    name: 'set-credentials',
    short: 'Set a user entry in kubeconfig',
    usage: 'NAME [--client-certificate=path/to/file] [--client-key=path/to/file] [--token=token]',
    flags: [EMBED, ...PLUGINS.map((name): FlagRow => [name, '', 'string', '', 'Declined: write it into the file.'])],
    run: async (context) => setCredentials(context),
  },
  {
    name: 'delete-cluster',
    short: 'Delete the specified cluster from the kubeconfig',
    usage: 'NAME',
    run: async (context) => remove(context, 'clusters'),
  },
  {
    name: 'delete-user',
    short: 'Delete the specified user from the kubeconfig',
    usage: 'NAME',
    run: async (context) => remove(context, 'users'),
  },
  {
    name: 'set',
    short: 'Set an individual value in a kubeconfig file',
    usage: 'PROPERTY_NAME PROPERTY_VALUE',
    flags: [['set-raw-bytes', '', 'bool', 'false', 'The value is not encoded yet.']],
    run: async (context) => setProperty(context),
  },
  {
    name: 'unset',
    short: 'Unset an individual value in a kubeconfig file',
    usage: 'PROPERTY_NAME',
    run: async (context) => unsetProperty(context),
  },
]

function setCluster(context: Context): void {
  const { flags, out } = context
  const name = oneArgument(context)
  const isInsecure = flags.on('insecure-skip-tls-verify')
  change(
    context,
    { list: 'clusters', name },
    {
      ...(flags.given('server') && { server: flags.text('server'), 'tls-server-name': undefined }),
      ...(flags.given('tls-server-name') && { 'tls-server-name': flags.text('tls-server-name') }),
      ...(flags.given('insecure-skip-tls-verify') && { 'insecure-skip-tls-verify': isInsecure || undefined }),
      ...(isInsecure && { 'certificate-authority': undefined, 'certificate-authority-data': undefined }),
      ...file(context, 'certificate-authority'),
      ...(flags.given('proxy-url') && { 'proxy-url': flags.text('proxy-url') }),
    },
  )
  out(`Cluster ${JSON.stringify(name)} set.\n`)
}

function setCredentials(context: Context): void {
  const { flags, out } = context
  const name = oneArgument(context)
  if (PLUGINS.some((flag) => flags.given(flag))) {
    throw new CliFault(
      'the fake kubectl runs no credential plugins; with a stock kubectl: kubectl config set-credentials',
    )
  }
  if (flags.given('token') && (flags.given('username') || flags.given('password'))) {
    throw new CliFault(
      'you cannot specify more than one authentication method at the same time: --token, --username/--password',
    )
  }
  const basic = flags.given('username') || flags.given('password')
  change(
    context,
    { list: 'users', name },
    {
      ...file(context, 'client-certificate'),
      ...file(context, 'client-key'),
      ...(flags.given('token') && { token: flags.text('token'), username: undefined, password: undefined }),
      ...(flags.given('username') && { username: flags.text('username') }),
      ...(flags.given('password') && { password: flags.text('password') }),
      ...(basic && { token: undefined }),
    },
  )
  out(`User ${JSON.stringify(name)} set.\n`)
}

/** What a flag that names a file leaves: its path, or what is in it. */
function file({ flags, ports }: Context, flag: string): Wire {
  if (!flags.given(flag)) return {}
  const named = path.resolve(ports.cwd, flags.text(flag))
  if (!flags.on('embed-certs')) return { [flag]: named, [`${flag}-data`]: undefined }
  try {
    return { [flag]: undefined, [`${flag}-data`]: readFileSync(named).toString('base64') }
  } catch {
    throw new CliFault(
      `could not read ${flag} data from ${flags.text(flag)}: open ${flags.text(flag)}: no such file or directory`,
    )
  }
}

/** Fields that are undefined are taken away. */
function change(context: Context, { list, name }: { list: string; name: string }, fields: Wire): void {
  edit(context, (document) => {
    const entry = [...ensured(document, list, name), list.slice(0, -1)]
    for (const [field, value] of Object.entries(fields)) {
      if (value !== undefined) document.setIn([...entry, field], value)
      else if (document.hasIn([...entry, field])) document.deleteIn([...entry, field])
    }
  })
}

function remove(context: Context, list: 'clusters' | 'users'): void {
  const name = oneArgument(context)
  const [from = ''] = configPaths(context.ports, context.flags)
  const what = list.slice(0, -1)
  if (!named(loaded(context)[list], name)) throw new CliFault(`cannot delete ${what} ${name}, not in ${from}`)
  edit(context, (document) => document.deleteIn([list, indexOf(document, list, name)]))
  context.out(`deleted ${what} ${name} from ${from}\n`)
}

function setProperty(context: Context): void {
  const { args, flags, path: command, out } = context
  const [property = '', value = ''] = args
  if (args.length !== 2)
    throw new CliFault(`Unexpected args: [${args.join(' ')}]\nSee '${command} -h' for help and examples`)
  const [list = '', name = '', ...fields] = property.split('.')
  const written = flags.on('set-raw-bytes') ? Buffer.from(value).toString('base64') : value
  edit(context, (document) => {
    if (name === '') document.set(list, written)
    else if (isList(list))
      document.setIn([...ensured(document, list, name), list.slice(0, -1), ...fields], booleanOr(written))
    else document.setIn(property.split('.'), booleanOr(written))
  })
  out(`Property ${JSON.stringify(property)} set.\n`)
}

function booleanOr(text: string): string | boolean {
  return text === 'true' ? true : text === 'false' ? false : text
}

function unsetProperty(context: Context): void {
  const property = oneArgument(context)
  const [list = '', name = '', ...fields] = property.split('.')
  edit(context, (document) => {
    if (name === '' || !isList(list)) return void document.deleteIn(property.split('.'))
    const at = indexOf(document, list, name)
    if (at < 0 && fields.length === 0) return
    if (at < 0) throw new CliFault(`current map key \`${name}\` is invalid`)
    document.deleteIn(fields.length === 0 ? [list, at] : [list, at, list.slice(0, -1), ...fields])
  })
  context.out(`Property ${JSON.stringify(property)} unset.\n`)
}

function isList(name: string): boolean {
  return ['clusters', 'users', 'contexts'].includes(name)
}
