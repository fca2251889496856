/**
 * Fields that are a number or a share: `2`, `"25%"`.
 * Source: apimachinery/pkg/util/intstr/intstr.go, GetScaledValueFromIntOrPercent.
 */

export type IntOrPercent = number | string

/** @returns how many of `total` it is; undefined when it is neither a number nor a percentage */
export function scaledValue(value: IntOrPercent, total: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value)?.[1]
  if (percent === undefined) return undefined
  const share = (Number(percent) * total) / 100
  return round === 'up' ? Math.ceil(share) : Math.floor(share)
}
