/**
 * Which API version is preferred: stable before beta before alpha, then the greater number; other names last, by letters.
 * Source: apimachinery/pkg/version/helpers.go, CompareKubeAwareVersionStrings.
 */

/** The preferred one first. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)]
  if (!first || !second) return first ? -1 : second ? 1 : a < b ? -1 : a > b ? 1 : 0
  return second.stage - first.stage || second.major - first.major || second.minor - first.minor
}

const STAGES = ['alpha', 'beta', '']

function parse(version: string): { stage: number; major: number; minor: number } | undefined {
  const [, major, stage = '', minor = '0'] = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version) ?? []
  return major === undefined ? undefined : { stage: STAGES.indexOf(stage), major: Number(major), minor: Number(minor) }
}
