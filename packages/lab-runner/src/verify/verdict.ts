/**
 * What the author's gate found: one row a claim about the lab. A claim that does not hold says what, where, and what is
 * expected.
 */
export type Claim = {
  readonly claim: string
  /** Empty when the claim holds. */
  readonly faults: readonly string[]
}

export type LabVerdict = {
  readonly slug: string
  readonly holds: boolean
  readonly claims: readonly Claim[]
  readonly durationMs: number
}

export function claim(text: string, faults: readonly string[]): Claim {
  return { claim: text, faults }
}
