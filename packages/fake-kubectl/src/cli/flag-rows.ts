/**
 * Flags that many commands share, as rows, and those that every command has.
 * Source: cli-runtime/pkg/genericclioptions; kubectl/pkg/cmd/util/helpers.go.
 */
import type { FlagRow } from './flags.ts'

export const GLOBAL_FLAGS: readonly FlagRow[] = [
  ['as', '', 'string', '', 'Username to act as.'],
  ['as-group', '', 'array', '', 'Group to act as; may be repeated.'],
  ['as-uid', '', 'string', '', 'UID to act as.'],
  ['as-user-extra', '', 'array', '', 'Extra of the user to act as, key=value; may be repeated.'],
  ['cache-dir', '', 'string', '', 'Taken and not used: nothing is cached on disk.'],
  ['certificate-authority', '', 'string', '', "File with the certificate of the server's authority."],
  ['client-certificate', '', 'string', '', 'File with a client certificate.'],
  ['client-key', '', 'string', '', 'File with the key of the client certificate.'],
  ['cluster', '', 'string', '', 'Cluster of the kubeconfig to use.'],
  ['context', '', 'string', '', 'Context of the kubeconfig to use.'],
  ['disable-compression', '', 'bool', 'false', 'Taken and not used: answers are not compressed.'],
  ['insecure-skip-tls-verify', '', 'bool', 'false', "Do not check the server's certificate."],
  ['kubeconfig', '', 'string', '', 'Kubeconfig file to use.'],
  ['kuberc', '', 'string', '', 'Taken and not used: there are no preferences.'],
  ['log-flush-frequency', '', 'duration', '5s', 'Taken and not used.'],
  ['match-server-version', '', 'bool', 'false', 'Taken and not used: there is one version.'],
  ['namespace', 'n', 'string', '', 'Namespace to work in.'],
  ['password', '', 'string', '', 'Password for basic authentication.'],
  ['profile', '', 'string', 'none', 'Taken and not used.'],
  ['profile-output', '', 'string', 'profile.pprof', 'Taken and not used.'],
  ['request-timeout', '', 'string', '0', 'How long to wait for one answer: 1s, 2m; 0 is for ever.'],
  ['server', 's', 'string', '', 'Address of the API server.'],
  ['tls-server-name', '', 'string', '', 'Name to check the certificate for.'],
  ['token', '', 'string', '', 'Bearer token; sent over HTTPS only.'],
  ['user', '', 'string', '', 'User of the kubeconfig to be.'],
  ['username', '', 'string', '', 'Name for basic authentication.'],
  ['v', 'v', 'int', '0', 'Taken and not used: nothing is logged.'],
  ['vmodule', '', 'string', '', 'Taken and not used.'],
  ['warnings-as-errors', '', 'bool', 'false', 'End with an error when the server warns.'],
  ['help', 'h', 'bool', 'false', 'Say how the command is used.'],
]

export const FILE_FLAGS: readonly FlagRow[] = [
  ['filename', 'f', 'strings', '', 'File, folder or URL with the objects; - is stdin.'],
  ['kustomize', 'k', 'string', '', 'Declined: use the stock kubectl.'],
  ['recursive', 'R', 'bool', 'false', 'Folders below folders, too.'],
]

export const SELECTOR: FlagRow = ['selector', 'l', 'string', '', 'Labels to select by: a=b, a!=b, a in (b,c), a, !a.']
export const FIELD_SELECTOR: FlagRow = [
  'field-selector',
  '',
  'string',
  '',
  'Fields to select by: status.phase=Running.',
]
export const ALL_NAMESPACES: FlagRow = ['all-namespaces', 'A', 'bool', 'false', 'Objects of all namespaces.']
export const ALL: FlagRow = ['all', '', 'bool', 'false', 'All objects of the types, in the namespace.']
export const CHUNK_SIZE: FlagRow = ['chunk-size', '', 'int', '500', 'Objects a page; 0 asks for all at once.']
export const SUBRESOURCE: FlagRow = ['subresource', '', 'string', '', 'Subresource to work on: status, scale.']
export const LOCAL: FlagRow = ['local', '', 'bool', 'false', 'Work on the given files only, and ask no server.']
export const FIELD_MANAGER: FlagRow = ['field-manager', '', 'string', '', 'Who owns the fields that change.']
export const DRY_RUN: FlagRow = [
  'dry-run',
  '',
  'string',
  'none',
  'none, server or client: what would be done.',
  'unchanged',
]
export const VALIDATE: FlagRow = ['validate', '', 'string', 'true', 'strict, warn or ignore unknown fields.', 'strict']
export const RECORD: FlagRow = ['record', '', 'bool', 'false', 'Record the command in an annotation.']
export const SAVE_CONFIG: FlagRow = ['save-config', '', 'bool', 'false', 'Keep the configuration for later applies.']

export const OUTPUT_FLAGS: readonly FlagRow[] = [
  ['output', 'o', 'string', '', 'json, yaml, name, jsonpath=…, go-template=…'],
  ['template', '', 'string', '', 'The template, for go-template and jsonpath.'],
  ['allow-missing-template-keys', '', 'bool', 'true', 'A field that is not there is no fault.'],
  ['show-managed-fields', '', 'bool', 'false', 'Show who owns which fields.'],
]
