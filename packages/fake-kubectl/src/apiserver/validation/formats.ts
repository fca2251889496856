/**
 * The formats of names, keys, ports and addresses, each with the real server's complaint.
 * Source: apimachinery/pkg/util/validation/validation.go, pkg/api/validate/content.
 */
import { nameErrors } from '../../api/names.ts'
import type { Format } from './field.ts'

export const dnsSubdomain: Format = (value) => nameErrors(value, 'subdomain')
export const dnsLabel: Format = (value) => nameErrors(value, 'label')

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const NAME_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const LABEL_LIMIT = 63

/** `example.com/my-name`: the key of a label, an annotation, a taint; the name of a finalizer. */
export const labelKey: Format = (value) => {
  const parts = value.split('/')
  if (parts.length > 2)
    return [`a valid label key ${NAME_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const [prefix, name] = parts.length === 2 ? (parts as [string, string]) : [undefined, value]
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix ? dnsSubdomain(prefix).map((why) => `prefix part ${why}`) : []),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > LABEL_LIMIT ? [`name part must be no more than ${LABEL_LIMIT} bytes`] : []),
    ...(NAME.test(name) ? [] : [`name part ${NAME_TEXT}`]),
  ]
}

export const labelValue: Format = (value) => [
  ...(value.length > LABEL_LIMIT ? [`must be no more than ${LABEL_LIMIT} bytes`] : []),
  ...(value === '' || NAME.test(value) ? [] : [LABEL_VALUE_TEXT]),
]

const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

export const configMapKey: Format = (value) => [
  ...(value.length > 253 ? ['must be no more than 253 characters'] : []),
  ...(/^[-._a-zA-Z0-9]+$/.test(value)
    ? []
    : [
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ]),
  ...(value === '.' || value === '..'
    ? [`must not be '${value}'`]
    : value.startsWith('..')
      ? [`must not start with '..'`]
      : []),
]

export const envName: Format = (value) =>
  /^[\x20-\x3c\x3e-\x7e]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]

export function portNumber(value: number): readonly string[] {
  return value >= 1 && value <= 65_535 ? [] : ['must be between 1 and 65535, inclusive']
}

export const portName: Format = (value) => [
  ...(value.length > 15 ? ['must be no more than 15 characters'] : []),
  ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(value) ? ['must not begin or end with a hyphen'] : []),
]

/** A number in range, or the name of one. */
export const port: Format = (value) => (/^-?\d+$/.test(value) ? portNumber(Number(value)) : portName(value))

export const percent: Format = (value) =>
  /^[0-9]+%$/.test(value)
    ? []
    : [
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ]

export const httpHeader: Format = (value) =>
  /^[-A-Za-z0-9]+$/.test(value)
    ? []
    : [
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ]

export const wildcardDomain: Format = (value) =>
  value.startsWith('*.') && dnsSubdomain(value.slice(2)).length === 0
    ? []
    : [
        String.raw`a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ]

export const ip: Format = (value) =>
  isIPv4(value) || isIPv6(value) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']

export const cidr: Format = (value) => {
  const [address = '', bits = '', ...rest] = value.split('/')
  const limit = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  const isFine = rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= limit
  return isFine ? [] : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']
}

function isIPv4(value: string): boolean {
  const parts = value.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function isIPv6(value: string): boolean {
  return value.includes(':') && URL.canParse(`http://[${value}]/`)
}

/** No way out of the folder it is in. */
export const descendingPath: Format = (value) => [
  ...(value.startsWith('/') ? ['must be a relative path'] : []),
  ...noBacksteps(value),
]

export const noBacksteps: Format = (value) => (value.split('/').includes('..') ? ["must not contain '..'"] : [])
