/**
 * The cluster's certificates: an authority of its own, the server's certificate, and certificates for users, as kubeadm
 * makes them: the common name is the user, each organization a group. Keys are elliptic (P-256): made in a millisecond.
 * Source: RFC 5280 §4; kubeadm/app/phases/certs; apiserver/pkg/authentication/request/x509.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { bits, integer, octets, oid, replaced, sequence, set, tagged, text, time, yes } from './der.ts'

/** A certificate and its key, in PEM. */
export type Certificate = { readonly certificate: string; readonly key: string }

export type Identity = {
  readonly user: string
  readonly groups?: readonly string[]
  readonly uid?: string
}

export type CertificateAuthority = {
  /** The authority's own certificate, in PEM: what a kubeconfig calls certificate-authority-data. */
  readonly certificate: string
  /** @param names DNS names and IP addresses it will be asked for */
  forServer(names: readonly string[]): Certificate
  forUser(identity: Identity): Certificate
}

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS
const AUTHORITY_YEARS = 10 // kubeadm's CertificateAuthority validity
const LEAF_YEARS = 1

/** @param now the wall's time, which is what those who check a certificate go by */
export function createCertificateAuthority(now: Date): CertificateAuthority {
  const keys = newKeys()
  const issuer: Issuer = { name: [[OID.commonName, 'kubernetes']], keys, now }
  const authority = [basicConstraints(true), keyUsage(0xa4, 2)]
  const leaf = (name: Name, purpose: string, names: readonly string[] = []): Certificate => {
    const own = newKeys()
    const extensions = [basicConstraints(false), keyUsage(0xa0, 5), purposes(purpose), ...alternativeNames(names)]
    return { certificate: issue(issuer, { name, keys: own, years: LEAF_YEARS, extensions }), key: pkcs8(own) }
  }
  return {
    certificate: issue(issuer, { name: issuer.name, keys, years: AUTHORITY_YEARS, extensions: authority }),
    forServer: (names) => leaf([[OID.commonName, 'kube-apiserver']], OID.serverAuth, names),
    forUser: (identity) => leaf(nameOf(identity), OID.clientAuth),
  }
}

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  /** Kubernetes' own, since 1.33: the user's UID. */
  uid: '1.3.6.1.4.1.57683.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKey: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKey: '2.5.29.35',
  purposes: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const

type Name = readonly (readonly [oid: string, value: string])[]
type Keys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
type Issuer = { readonly name: Name; readonly keys: Keys; readonly now: Date }
type Subject = { name: Name; keys: Keys; years: number; extensions: Uint8Array[] }

function nameOf({ user, groups = [], uid }: Identity): Name {
  const organizations = groups.map((group) => [OID.organization, group] as const)
  return [...organizations, [OID.commonName, user], ...(uid === undefined ? [] : [[OID.uid, uid] as const])]
}

/** RFC 5280 §4.1: what is said, in which algorithm it is signed, and the signature. */
function issue(issuer: Issuer, { name, keys, years, extensions }: Subject): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const identifiers = [
    extension(OID.subjectKey, octets(keyId(keys))),
    extension(OID.authorityKey, sequence(replaced(0, keyId(issuer.keys)))),
  ]
  const notBefore = new Date(issuer.now.getTime() - HOUR_MS) // clocks differ
  const notAfter = new Date(issuer.now.getTime() + years * YEAR_MS)
  const said = sequence(
    tagged(0, integer(Buffer.from([2]))), // version 3
    integer(randomBytes(16)),
    algorithm,
    distinguishedName(issuer.name),
    sequence(time(notBefore), time(notAfter)),
    distinguishedName(name),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions, ...identifiers)),
  )
  return pem('CERTIFICATE', sequence(said, algorithm, bits(sign('sha256', said, issuer.keys.privateKey))))
}

function distinguishedName(name: Name): Uint8Array {
  return sequence(...name.map(([type, value]) => set(sequence(oid(type), text(value)))))
}

function extension(id: string, content: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(content))
}

function basicConstraints(isAuthority: boolean): Uint8Array {
  return extension(OID.basicConstraints, sequence(...(isAuthority ? [yes] : [])), true)
}

function keyUsage(flags: number, unused: number): Uint8Array {
  return extension(OID.keyUsage, bits(Buffer.from([flags]), unused), true)
}

function purposes(purpose: string): Uint8Array {
  return extension(OID.purposes, sequence(oid(purpose)))
}

function alternativeNames(names: readonly string[]): Uint8Array[] {
  if (names.length === 0) return []
  const each = names.map((name) => (isIP(name) ? replaced(7, addressBytes(name)) : replaced(2, Buffer.from(name))))
  return [extension(OID.alternativeNames, sequence(...each))]
}

function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail = ''] = address.split('::')
  const words = (part: string) =>
    part
      .split(':')
      .filter(Boolean)
      .map((word) => Number.parseInt(word, 16))
  const [first, last] = [words(head), words(tail)]
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]))
}

/** RFC 5280 §4.2.1.2 (1): the SHA-1 of the public key's bits, which on this curve are the last 65 bytes. */
function keyId({ publicKey }: Keys): Uint8Array {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }).subarray(-65))
    .digest()
}

function newKeys(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function pkcs8({ privateKey }: Keys): string {
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
