/**
 * Kubeconfig files: found, merged, and what a command line says on top of them, as one Connection.
 * Source: client-go/tools/clientcmd (loader.go, client_config.go, overrides.go).
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { CliFault, ConfigurationFault } from './errors.ts'
import type { Flags } from './flags.ts'
import type { Ports } from './ports.ts'
import type { Wire } from './wire.ts'

/** Where the API is, who asks, and in which namespace. */
export type Connection = {
  readonly server: string
  readonly namespace: string
  /** Was the namespace asked for, not only set in the context? */
  readonly explicitNamespace: boolean
  readonly token?: string
  readonly basic?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly insecure: boolean
  readonly serverName?: string
  readonly impersonate: { user?: string; uid?: string; groups: readonly string[]; extra: readonly string[] }
}

/** One file as it is, with the place that its relative paths start from. */
export type ConfigFile = { readonly path: string; readonly content: Wire }

/** The kubeconfig in effect: of things named twice, the first file's. */
export function loadConfig(files: readonly ConfigFile[]): Wire {
  const merged: Wire = { apiVersion: 'v1', kind: 'Config', clusters: [], contexts: [], users: [], preferences: {} }
  for (const { path: file, content } of files) {
    for (const list of ['clusters', 'contexts', 'users']) {
      for (const entry of content?.[list] ?? []) {
        if (!merged[list].some(({ name }: Wire) => name === entry.name)) merged[list].push(located(entry, file))
      }
    }
    merged['current-context'] ||= content?.['current-context']
  }
  merged['current-context'] ??= ''
  return merged
}

const FILE_FIELDS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

/** Paths in a kubeconfig are relative to it. */
function located(entry: Wire, file: string): Wire {
  const part = entry.cluster ? 'cluster' : entry.user ? 'user' : undefined
  if (part === undefined) return entry
  const fields = { ...entry[part] }
  for (const field of FILE_FIELDS) {
    if (fields[field]) fields[field] = path.resolve(path.dirname(file), fields[field])
  }
  return { ...entry, [part]: fields }
}

export function configPaths(ports: Ports, flags: Flags): readonly string[] {
  if (flags.text('kubeconfig') !== '') return [path.resolve(ports.cwd, flags.text('kubeconfig'))]
  const listed = (ports.env['KUBECONFIG'] ?? '').split(path.delimiter).filter((entry) => entry !== '')
  if (listed.length > 0) return listed.map((entry) => path.resolve(ports.cwd, entry))
  const first = ports.kubeconfigs.find((file) => existsSync(file))
  return first === undefined ? ports.kubeconfigs.slice(-1) : [first]
}

/** @throws CliFault for a file that was named and is not there, or that is no YAML */
export function readConfigFiles(ports: Ports, flags: Flags): ConfigFile[] {
  return configPaths(ports, flags).flatMap((file) => {
    if (!existsSync(file)) {
      if (flags.text('kubeconfig') === '') return []
      throw new CliFault(`stat ${flags.text('kubeconfig')}: no such file or directory`)
    }
    try {
      return [{ path: file, content: parse(readFileSync(file, 'utf8')) as Wire }]
    } catch (fault) {
      throw new CliFault(`error loading config file "${file}": ${(fault as Error).message.split('\n')[0]}`)
    }
  })
}

/** @throws CliFault in clientcmd's words for names that the kubeconfig does not have */
export function connectionOf(config: Wire, flags: Flags): Connection {
  const contextName = flags.text('context') || config['current-context']
  const context = named(config.contexts, contextName)?.context
  if (flags.given('context') && context === undefined) {
    throw new ConfigurationFault(`context was not found for specified context: ${contextName}`)
  }
  const cluster = part(config.clusters, flags.text('cluster') || context?.cluster, 'cluster')
  const user = part(config.users, flags.text('user') || context?.user, 'user')
  const insecure = flags.on('insecure-skip-tls-verify') || cluster['insecure-skip-tls-verify'] === true
  const ca = insecure ? undefined : pem(flags.text('certificate-authority'), cluster, 'certificate-authority')
  const serverName = flags.text('tls-server-name') || cluster['tls-server-name']
  return {
    server: (flags.text('server') || cluster.server || 'http://localhost:8080').replace(/\/$/, ''),
    namespace: flags.text('namespace') || context?.namespace || 'default',
    explicitNamespace: flags.text('namespace') !== '',
    insecure,
    ...(ca && { ca }),
    ...(serverName && { serverName }),
    ...credentials(user, context?.user ?? '', flags),
    impersonate: {
      user: flags.text('as') || user.as,
      uid: flags.text('as-uid') || user['as-uid'],
      groups: flags.list('as-group').length > 0 ? flags.list('as-group') : (user['as-groups'] ?? []),
      extra: flags.list('as-user-extra'),
    },
  }
}

function credentials(user: Wire, userName: string, flags: Flags): Partial<Connection> {
  if (user.exec || user['auth-provider']) {
    throw new CliFault(
      'credential plugins (exec, auth-provider) are not run by the fake kubectl; use the stock kubectl, or --token',
    )
  }
  const token = flags.text('token') || user.token || (user.tokenFile && readFileSync(user.tokenFile, 'utf8').trim())
  const cert = pem(flags.text('client-certificate'), user, 'client-certificate')
  const key = pem(flags.text('client-key'), user, 'client-key')
  const name = flags.text('username') || user.username
  const password = flags.text('password') || user.password || ''
  if (token && name) {
    const whose = flags.text('user') || userName
    throw new CliFault(
      `more than one authentication method found for ${whose}; found [token basicAuth], only one is allowed`,
    )
  }
  return {
    ...(token && { token }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(name && { basic: Buffer.from(`${name}:${password}`).toString('base64') }),
  }
}

function pem(file: string, fields: Wire, field: string): string | undefined {
  if (file !== '') return readPem(file, field)
  if (fields[`${field}-data`]) return Buffer.from(fields[`${field}-data`], 'base64').toString()
  return fields[field] ? readPem(fields[field], field) : undefined
}

function readPem(file: string, field: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CliFault(`unable to read ${field} ${file}: open ${file}: no such file or directory`)
  }
}

function part(list: Wire, name: string | undefined, field: 'cluster' | 'user'): Wire {
  if (!name) return {}
  const found = named(list, name)
  if (found === undefined && field === 'cluster') throw new CliFault(`no server found for cluster "${name}"`)
  if (found === undefined) throw new CliFault(`auth info "${name}" does not exist`)
  return found[field] ?? {}
}

function named(list: Wire, name: string): Wire {
  return list?.find((entry: Wire) => entry.name === name)
}
