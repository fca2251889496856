/** A verdict as a person reads it: what holds, and what does not and why. */
import type { Verdict } from '../../scenarios/play.ts'

export function verdictText({ passed, checks }: Verdict): string {
  const lines = checks.map(({ oracle, title, fault }) =>
    fault === undefined ? `  ✓ ${oracle}: ${title}` : `  ✗ ${oracle}: ${title}\n      ${fault}`,
  )
  return `${lines.join('\n')}\n\n${passed ? 'Solved.' : 'Not solved.'}`
}
