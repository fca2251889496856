/**
 * The formats of strings that custom resources' schemas may name. Others are ignored, as the real server ignores them.
 * Source: apiextensions-apiserver/pkg/apiserver/validation/formats.go; kube-openapi/pkg/validation/strfmt.
 */

/** Is the text of this format? True for a format nobody checks. */
export function isOfFormat(text: string, format: string): boolean {
  const name = format.replaceAll('-', '')
  return Object.hasOwn(FORMATS, name) ? FORMATS[name]!(text) : true
}

/** Does the real server check this format, for values of this type? */
export function isCheckedFormat(format: string, type: string): boolean {
  if (type === 'integer') return ['int32', 'int64'].includes(format)
  if (type === 'number') return ['float', 'double'].includes(format)
  const name = format.replaceAll('-', '')
  return ['', 'string'].includes(type) && (Object.hasOwn(FORMATS, name) || UNCHECKED_HERE.includes(name))
}

/** Formats the real server checks, or takes anything for, and this one lets be. */
const UNCHECKED_HERE = ['password', 'isbn', 'isbn10', 'isbn13', 'creditcard']

const HOSTNAME =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matches(/^[0-9a-f]{24}$/i),
  uri: (text) => text.startsWith('/') || URL.canParse(text),
  email: matches(/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/),
  hostname: (text) => HOSTNAME.test(text) && text.length <= 255,
  ipv4: matches(new RegExp(`^${OCTET}(\\.${OCTET}){3}$`)),
  ipv6: (text) => isIpv6(text),
  cidr: (text) => isCidr(text),
  mac: matches(/^([0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\2){4}[0-9a-f]{2}$/i),
  uuid: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid3: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid4: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  ssn: matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matches(new RegExp(`^rgb\\(\\s*${OCTET}\\s*,\\s*${OCTET}\\s*,\\s*${OCTET}\\s*\\)$`)),
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDay(text),
  datetime: (text) =>
    /^\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(\.\d+)?(z|[+-]\d\d:\d\d)$/i.test(text) && isDay(text.slice(0, 10)),
  duration: matches(
    /^-?\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h|d|w|nanos?|micros?|millis?|seconds?|minutes?|hours?|days?|weeks?)(\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h))*$/,
  ),
  k8sshortname: (text) => text.length <= 63 && new RegExp(`^${LABEL}$`).test(text),
  k8slongname: (text) => text.length <= 253 && new RegExp(`^${LABEL}(\\.${LABEL})*$`).test(text),
}

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text)
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function isIpv6(text: string): boolean {
  return text.includes(':') && URL.canParse(`http://[${text}]/`)
}

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? []
  if (FORMATS['ipv4']!(address)) return Number(bits) <= 32
  return isIpv6(address) && Number(bits) <= 128
}
