/**
 * One round over a JSON value: what the structure shows is masked whole, every other text and key goes through the rules.
 * It builds a new value and notes what it found; `sanitize.ts` decides how many rounds there are.
 */
import { isPlaceholder } from './placeholder.ts'
import { stripInvisible } from './shadow.ts'
import { isReadableCopy, isSecretObject, LAST_APPLIED, treatItem, treatMember, type Treatment } from './structure.ts'
import { pointerToken, walkKey, walkText, type Place, type Walk } from './walk-text.ts'

/** The value of one round. */
export function walkValue(walk: Walk, value: unknown, place: Place): unknown {
  if (typeof value === 'string') return walkText(walk, value, place.path)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      treat(walk, item, treatItem(value, index), { ...place, path: `${place.path}/${index}` }),
    )
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return walkValue(walk, value.toJSON(), place)
  return walkObject(walk, value as Record<string, unknown>, place)
}

function walkObject(walk: Walk, object: Record<string, unknown>, { path, secret }: Place): object {
  const isSecret = secret || isSecretObject(object)
  const members: Record<string, unknown> = {}
  for (const key of Object.keys(object)) {
    const safeKey = freeKey(members, walkKey(walk, key, path))
    const inner = { path: `${path}/${pointerToken(safeKey)}`, secret: false }
    const treated = treat(walk, object[key], treatMember(object, key, isSecret), inner)
    setOwn(members, safeKey, isSecret && key === 'metadata' ? withoutCopy(walk, treated, inner.path) : treated)
  }
  return members
}

/** A member named `__proto__` stays one. */
function setOwn(members: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') members[key] = value
  else Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true })
}

function treat(walk: Walk, value: unknown, treatment: Treatment, place: Place): unknown {
  switch (treatment.kind) {
    case 'walk':
      return walkValue(walk, value, place)
    case 'secret':
      return walkValue(walk, value, { ...place, secret: true })
    case 'mask':
      return maskAll(walk, value, { rule: treatment.rule, path: place.path })
  }
}

/** Masks every text and number in a value; keys, null and switches stay. */
function maskAll(walk: Walk, value: unknown, { rule, path }: { rule: string; path: string }): unknown {
  if (Array.isArray(value)) return value.map((item, index) => maskAll(walk, item, { rule, path: `${path}/${index}` }))
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => {
      const safeKey = walkKey(walk, key, path)
      return [safeKey, maskAll(walk, inner, { rule, path: `${path}/${pointerToken(safeKey)}` })]
    })
    return Object.fromEntries(members)
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return value
  const text = String(value)
  if (text === '' || isPlaceholder(text)) return value
  walk.findings.push({ rule, path, span: [0, text.length] })
  walk.changes.count++
  return walk.placeholders(rule, rule === 'kube-secret' ? plainOf(text) : stripInvisible(text))
}

/** A Secret's data is base64: its plain text gets the same number as where it stands in plain. */
function plainOf(text: string): string {
  const bytes = Buffer.from(text, 'base64')
  const plain = bytes.toString('utf8')
  return bytes.toString('base64') === text && !plain.includes('\ufffd') ? plain : text
}

/** In a Secret's metadata, a last-applied copy that can't be read value by value goes whole. */
function withoutCopy(walk: Walk, metadata: unknown, path: string): unknown {
  const annotations = (metadata as { annotations?: Record<string, unknown> } | null)?.annotations
  const copy = annotations?.[LAST_APPLIED]
  if (typeof copy !== 'string' || isReadableCopy(copy)) return metadata
  const masked = maskAll(walk, copy, { rule: 'kube-secret', path: `${path}/annotations/${pointerToken(LAST_APPLIED)}` })
  return { ...(metadata as object), annotations: { ...annotations, [LAST_APPLIED]: masked } }
}

/** Two keys that differ only in what was stripped must not swallow each other. */
function freeKey(members: Readonly<Record<string, unknown>>, key: string): string {
  let free = key
  for (let copy = 2; Object.hasOwn(members, free); copy++) free = `${key}#${copy}`
  return free
}
