/**
 * Functions that write labels.
 */
import { compiled, withLabel, type Labels } from '../../labels.ts'
import { ExecutionError, type Sample } from '../value.ts'

export function labelReplace(
  samples: readonly Sample[],
  target: string,
  replacement: string,
  source: string,
  expression: string,
): Sample[] {
  const pattern = patternOf(expression)
  checkName(target, 'label_replace')
  return samples.map((sample) => {
    const match = pattern.exec(sample.labels[source] ?? '')
    return match ? { ...sample, labels: withLabel(sample.labels, target, expanded(replacement, match)) } : sample
  })
}

export function labelJoin(
  samples: readonly Sample[],
  target: string,
  separator: string,
  sources: readonly string[],
): Sample[] {
  checkName(target, 'label_join')
  const joined = (labels: Labels) => sources.map((source) => labels[source] ?? '').join(separator)
  return samples.map(({ labels, value }) => ({ labels: withLabel(labels, target, joined(labels)), value }))
}

function patternOf(expression: string): RegExp {
  try {
    return compiled(expression)
  } catch {
    throw new ExecutionError(`invalid regular expression in label_replace(): ${expression}`)
  }
}

function checkName(name: string, where: string): void {
  if (!/^[a-zA-Z_]\w*$/.test(name)) throw new ExecutionError(`invalid destination label name in ${where}(): ${name}`)
}

/** `$1`, `${1}`, `${name}`; a group that is not there is nothing. */
function expanded(replacement: string, match: RegExpExecArray): string {
  return replacement.replaceAll(/\$(?:\{(\w+)\}|(\w+)|\$)/g, (whole, braced?: string, plain?: string) => {
    const name = braced ?? plain
    if (name === undefined) return '$'
    return /^\d+$/.test(name) ? (match[Number(name)] ?? '') : (match.groups?.[name] ?? '')
  })
}
