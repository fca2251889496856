/**
 * Volumes in a description: each kind of source is a row. Source: kubectl/pkg/describe/describe.go (describeVolumes).
 */
import { byBytes, goText, type Wire } from '../wire.ts'
import { canonical } from './quantities.ts'
import { selectorText, type Description } from './description.ts'

/** What it is, and its lines: a label and where its value stands. */
type Source = readonly [type: string, lines: readonly (readonly [label: string, value: (source: Wire) => unknown])[]]

const field = (name: string) => (source: Wire) => source[name] ?? ''
const flag = (name: string) => (source: Wire) => source[name] === true

const SOURCES: Record<string, Source> = {
  hostPath: [
    'HostPath (bare host directory volume)',
    [
      ['Path', field('path')],
      ['HostPathType', (it) => it.type ?? '<none>'],
    ],
  ],
  emptyDir: [
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    [
      ['Medium', field('medium')],
      ['SizeLimit', (it) => (it.sizeLimit ? canonical(it.sizeLimit) : '<unset>')],
    ],
  ],
  secret: [
    'Secret (a volume populated by a Secret)',
    [
      ['SecretName', field('secretName')],
      ['Optional', flag('optional')],
    ],
  ],
  configMap: [
    'ConfigMap (a volume populated by a ConfigMap)',
    [
      ['Name', field('name')],
      ['Optional', flag('optional')],
    ],
  ],
  nfs: [
    'NFS (an NFS mount that lasts the lifetime of a pod)',
    [
      ['Server', field('server')],
      ['Path', field('path')],
      ['ReadOnly', flag('readOnly')],
    ],
  ],
  persistentVolumeClaim: [
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    [
      ['ClaimName', field('claimName')],
      ['ReadOnly', flag('readOnly')],
    ],
  ],
  local: ['LocalVolume (a persistent volume backed by local storage on a node)', [['Path', field('path')]]],
  image: [
    'Image (a container image or OCI artifact)',
    [
      ['Reference', field('reference')],
      ['PullPolicy', field('pullPolicy')],
    ],
  ],
}

export function describeVolumes(text: Description, volumes: readonly Wire[] = [], indent = ''): void {
  text.put(`${indent}Volumes:${volumes.length === 0 ? '\t<none>' : ''}\n`)
  for (const volume of volumes) {
    text.line(1, `${indent === '' ? '' : ' '}${volume.name}:`)
    describeVolumeSource(text, volume)
  }
}

/** Of a Pod's volume or a PersistentVolume's spec. */
export function describeVolumeSource(text: Description, volume: Wire): void {
  const kind = Object.keys(SOURCES).find((each) => volume[each])
  if (kind) return describeSource(text, SOURCES[kind]!, volume[kind])
  if (volume.projected) return describeProjected(text, volume.projected)
  if (volume.downwardAPI) return describeDownward(text, volume.downwardAPI)
  if (volume.csi) return describeCsi(text, volume.csi)
  if (volume.ephemeral) return describeEphemeral(text, volume.ephemeral)
  text.line(1, '<unknown>')
}

function describeSource(text: Description, [type, lines]: Source, source: Wire): void {
  text.line(2, 'Type:', type)
  for (const [label, value] of lines) text.line(2, `${label}:`, String(value(source)))
}

function describeProjected(text: Description, { sources = [] }: Wire): void {
  text.line(2, 'Type:', 'Projected (a volume that contains injected data from multiple sources)')
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of sources) {
    if (secret) {
      text.line(2, 'SecretName:', secret.name)
      text.line(2, 'Optional:', String(secret.optional === true))
    } else if (downwardAPI) text.line(2, 'DownwardAPI:', 'true')
    else if (configMap) {
      text.line(2, 'ConfigMapName:', configMap.name)
      text.line(2, 'Optional:', String(configMap.optional === true))
    } else if (serviceAccountToken) text.line(2, 'TokenExpirationSeconds:', serviceAccountToken.expirationSeconds)
  }
}

function describeDownward(text: Description, { items = [] }: Wire): void {
  text.line(2, 'Type:', 'DownwardAPI (a volume populated by information about the pod)')
  text.line(2, 'Items:')
  for (const { path, fieldRef, resourceFieldRef } of items) {
    if (fieldRef) text.line(3, `${fieldRef.fieldPath} -> ${path}`)
    if (resourceFieldRef) text.line(3, `${resourceFieldRef.resource} -> ${path}`)
  }
}

function describeCsi(text: Description, csi: Wire): void {
  text.line(2, 'Type:', 'CSI (a Container Storage Interface (CSI) volume source)')
  text.line(2, 'Driver:', csi.driver)
  text.line(2, 'FSType:', csi.fsType)
  if (csi.volumeHandle !== undefined) text.line(2, 'VolumeHandle:', csi.volumeHandle)
  text.line(2, 'ReadOnly:', String(csi.readOnly === true))
  const attributes = Object.keys(csi.volumeAttributes ?? {}).sort(byBytes)
  text.put('VolumeAttributes:\t', 2)
  if (attributes.length === 0) return text.put('<none>\n')
  attributes.forEach((key, i) => {
    if (i > 0) text.put('    \t', 2)
    text.line(2, `${key}=${csi.volumeAttributes[key]}`)
  })
}

function describeEphemeral(text: Description, { volumeClaimTemplate }: Wire): void {
  text.line(
    2,
    'Type:',
    'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
  )
  const spec = volumeClaimTemplate?.spec ?? {}
  text.line(2, 'StorageClass:', spec.storageClassName)
  text.line(2, 'Volume:', spec.volumeName)
  text.labels('Labels', volumeClaimTemplate?.metadata?.labels, '    ')
}

/** Nodes that a volume can be reached from. */
export function describeNodeAffinity(text: Description, affinity: Wire): void {
  text.put('Node Affinity:\t')
  if (!affinity?.required) return text.put('<none>\n')
  text.put('\n')
  const terms: Wire[] = affinity.required.nodeSelectorTerms ?? []
  text.put(`Required Terms:\t${terms.length === 0 ? '<none>' : ''}\n`, 1)
  terms.forEach(({ matchExpressions = [] }, i) => {
    text.put(`Term ${i}:\t`, 2)
    if (matchExpressions.length === 0) text.put('<none>\n')
    matchExpressions.forEach(({ key, operator, values = [] }: Wire, at: number) => {
      if (at > 0) text.put('\t', 2)
      text.put(`${key} ${operator.toLowerCase()}${values.length > 0 ? ` [${values.join(', ')}]` : ''}\n`)
    })
  })
}

const MODES: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

export function accessModes(modes: readonly string[] = []): string {
  return Object.keys(MODES)
    .filter((mode) => modes.includes(mode))
    .map((mode) => MODES[mode])
    .join(',')
}

/** Where pods may stand beside each other. */
export function describeSpread(text: Description, constraints: readonly Wire[] = [], indent = ''): void {
  if (constraints.length === 0) return
  const lines = constraints
    .toSorted((a, b) => byBytes(a.topologyKey, b.topologyKey))
    .map((each) => {
      const selector = each.labelSelector ? ` for selector ${selectorText(each.labelSelector)}` : ''
      return `${each.topologyKey}:${each.whenUnsatisfiable} when max skew ${goText(each.maxSkew)} is exceeded${selector}`
    })
  text.list('Topology Spread Constraints', lines, indent)
}
