/** `kubectl create configmap|secret`. Source: kubectl/pkg/cmd/create/create_{configmap,secret,secret_docker,secret_tls}.go. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { isUtf8 } from 'node:buffer'
import type { Context } from '../command.ts'
import { CliFault } from '../errors.ts'
import type { FlagRow } from '../flags.ts'
import { compactJson } from '../printers/json.ts'
import { quoted, type Wire } from '../wire.ts'
import type { Generator } from './generator.ts'

const SOURCES: readonly FlagRow[] = [
  ['append-hash', '', 'bool', 'false', 'A hash of the content at the end of the name.'],
  ['from-env-file', '', 'strings', '', 'File with a KEY=value a line.'],
  ['from-file', '', 'strings', '', 'File or folder, or KEY=file.'],
  ['from-literal', '', 'array', '', 'KEY=value.'],
]

export const configMap: Generator = {
  name: 'configmap',
  aliases: ['cm'],
  short: 'Create a config map from a local file, directory or literal value',
  usage: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1]',
  flags: SOURCES,
  resource: { group: '', version: 'v1', plural: 'configmaps', namespaced: true },
  failure: 'failed to create configmap: ',
  make(context, name) {
    const entries = entriesOf(context, 'ConfigMap', name)
    const texts = entries.filter(([, value]) => isUtf8(value)).map(([key, value]) => [key, value.toString()] as const)
    const bytes = entries
      .filter(([, value]) => !isUtf8(value))
      .map(([key, value]) => [key, value.toString('base64')] as const)
    const data = texts.length > 0 ? { data: Object.fromEntries(texts) } : {}
    const binaryData = bytes.length > 0 ? { binaryData: Object.fromEntries(bytes) } : {}
    const hashed = { data: null, kind: 'ConfigMap', name, ...data, ...binaryData }
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      ...data,
      ...binaryData,
      metadata: { name: withHash(context, name, hashed) },
    }
  },
}

const SECRETS = { group: '', version: 'v1', plural: 'secrets', namespaced: true }

export const secretGenerators: readonly Generator[] = [
  {
    name: 'generic',
    short: 'Create a secret from a local file, directory, or literal value',
    usage: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
    flags: [...SOURCES, ['type', '', 'string', '', 'Type of the secret.']],
    resource: SECRETS,
    failure: 'failed to create secret ',
    make: (context, name) => secretOf(context, name, context.flags.text('type'), entriesOf(context, 'Secret', name)),
  },
  {
    name: 'docker-registry',
    short: 'Create a secret for use with a Docker registry',
    usage: 'NAME --docker-username=user --docker-password=password [--docker-server=string]',
    flags: [
      SOURCES[0]!,
      ['docker-email', '', 'string', '', 'Email.'],
      ['docker-password', '', 'string', '', 'Password.'],
      ['docker-server', '', 'string', 'https://index.docker.io/v1/', 'Address of the registry.'],
      ['docker-username', '', 'string', '', 'Name.'],
      SOURCES[2]!,
    ],
    resource: SECRETS,
    failure: 'failed to create secret ',
    make: registrySecret,
  },
  {
    name: 'tls',
    short: 'Create a TLS secret',
    usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file',
    flags: [
      SOURCES[0]!,
      ['cert', '', 'string', '', 'File with the certificate.'],
      ['key', '', 'string', '', 'File with the key.'],
    ],
    resource: SECRETS,
    failure: 'failed to create secret ',
    make(context, name) {
      const { flags } = context
      if (flags.text('cert') === '' || flags.text('key') === '') throw new CliFault('key and cert must be specified')
      const read = (flag: string): Buffer =>
        readOr(context, flags.text(flag), (file, why) => `Cannot read file ${file}, ${why}`)
      return secretOf(context, name, 'kubernetes.io/tls', [
        ['tls.crt', read('cert')],
        ['tls.key', read('key')],
      ])
    },
  },
]

function secretOf(context: Context, name: string, type: string, entries: readonly Entry[]): Wire {
  const data = Object.fromEntries(entries.map(([key, value]) => [key, value.toString('base64')]))
  const filled = entries.length > 0 ? { data } : {}
  const hashed = { data, kind: 'Secret', name, type }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    ...filled,
    metadata: { name: withHash(context, name, hashed) },
    ...(type && { type }),
  }
}

function registrySecret(context: Context, name: string): Wire {
  const { flags } = context
  const type = 'kubernetes.io/dockerconfigjson'
  if (flags.list('from-file').length > 0) {
    const [file = ''] = flags.list('from-file')
    const source = file.includes('=') ? file : `.dockerconfigjson=${file}`
    return secretOf(context, name, type, fromFile(context, source))
  }
  if (
    flags.text('docker-username') === '' ||
    flags.text('docker-password') === '' ||
    flags.text('docker-server') === ''
  ) {
    throw new CliFault(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    )
  }
  const [username, password, email] = ['username', 'password', 'email'].map((each) => flags.text(`docker-${each}`))
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  const entry = { username, password, ...(email && { email }), auth }
  const json = JSON.stringify({ auths: { [flags.text('docker-server')]: entry } })
  return secretOf(context, name, type, [['.dockerconfigjson', Buffer.from(json)]])
}

type Entry = readonly [key: string, value: Buffer]

function entriesOf(context: Context, kind: 'ConfigMap' | 'Secret', name: string): Entry[] {
  const { flags } = context
  const [files, literals, envFiles] = ['from-file', 'from-literal', 'from-env-file'].map((flag) => flags.list(flag))
  if (envFiles!.length > 0 && (files!.length > 0 || literals!.length > 0)) {
    throw new CliFault('from-env-file cannot be combined with from-file or from-literal')
  }
  const found = [
    ...files!.flatMap((source) => fromFile(context, source)),
    ...literals!.map(fromLiteral),
    ...envFiles!.flatMap((file) => fromEnvFile(context, file)),
  ]
  found.forEach(([key], i) => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) throw new CliFault(invalidKey(kind, key))
    if (found.findIndex(([other]) => other === key) === i) return
    throw new CliFault(
      kind === 'Secret'
        ? `cannot add key ${key}, another key by that name already exists`
        : `cannot add key ${quoted(key)}, another key by that name already exists in Data for ConfigMap ${quoted(name)}`,
    )
  })
  return found
}

function invalidKey(kind: 'ConfigMap' | 'Secret', key: string): string {
  const why =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
  return kind === 'Secret'
    ? `${quoted(key)} is not valid key name for a Secret ${why}`
    : `${quoted(key)} is not a valid key name for a ConfigMap: ${why}`
}

function fromLiteral(source: string): Entry {
  const [key = '', value] = source.split(/=(.*)/s)
  if (value === undefined || key === '') throw new CliFault(`invalid literal source ${source}, expected key=value`)
  const [, unquoted = value] = /^(["'])(.*)\1$/s.exec(value)?.slice(1) ?? []
  return [key, Buffer.from(unquoted)]
}

function fromFile(context: Context, source: string): Entry[] {
  const [first = '', second, more] = source.split('=')
  if (more !== undefined) throw new CliFault("key names or file paths cannot contain '='")
  if (second === '') throw new CliFault(`file path for key name ${first} missing`)
  if (second !== undefined && first === '') throw new CliFault(`key name for file path ${second} missing`)
  const file = second ?? first
  const place = path.resolve(context.ports.cwd, file)
  const stat = statSync(place, { throwIfNoEntry: false })
  if (!stat) throw new CliFault(`error reading ${file}: no such file or directory`)
  if (!stat.isDirectory()) return [[second === undefined ? path.basename(file) : first, readFileSync(place)]]
  if (second !== undefined) throw new CliFault('cannot give a key name for a directory path')
  const files = readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isFile())
  return files
    .map(({ name }) => [name, readFileSync(path.join(place, name))] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function fromEnvFile(context: Context, file: string): Entry[] {
  const text = readOr(context, file, (name) => `error reading ${name}: no such file or directory`).toString()
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [key = '', value] = line.split(/=(.*)/s)
      if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) {
        throw new CliFault(
          `${quoted(key)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
        )
      }
      return [key, Buffer.from(value ?? context.ports.env[key] ?? '')] as const
    })
}

function readOr({ ports }: Context, file: string, fault: (file: string, why: string) => string): Buffer {
  try {
    return readFileSync(path.resolve(ports.cwd, file))
  } catch {
    throw new CliFault(fault(file, `open ${file}: no such file or directory`))
  }
}

const UNSPEAKABLE: Record<string, string> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' }

/** Ten letters of a hash, without vowels. Source: kubectl/pkg/util/hash/hash.go. */
function withHash({ flags }: Context, name: string, content: Wire): string {
  if (!flags.on('append-hash')) return name
  const hex = createHash('sha256').update(compactJson(content)).digest('hex').slice(0, 10)
  return `${name}-${[...hex].map((digit) => UNSPEAKABLE[digit] ?? digit).join('')}`
}
