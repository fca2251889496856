/**
 * A name for a pod template: FNV-1a of its JSON, spelt in letters that make no word. Kubernetes hashes Go's print of the
 * template instead, so its names are others; nobody may rely on them.
 * Source: kubernetes/pkg/controller/controller_utils.go, ComputeHash; apimachinery/pkg/util/rand, SafeEncodeString.
 */
import type { PodTemplate } from '../../api/workloads.ts'

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** @param collisions counts up when a name was taken by another template */
export function safeHash(template: PodTemplate, collisions?: number): string {
  return safeText(fnv32(canonical(template) + (collisions ?? '')))
}

/** The digits of a number, as letters. */
function safeText(value: number): string {
  return [...String(value)].map((digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('')
}

function fnv32(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/** The order of keys does not count. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join()}}`
}
