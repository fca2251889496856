/**
 * What the answer must say, and must not.
 */
import type { Oracles } from '../scenarios/schema.ts'

/** @returns each fact, and what is wrong about it, if anything is */
export function checkAnswer(
  answer: string,
  { cites, avoids }: Oracles['answer'],
): { title: string; fault: string | undefined }[] {
  const says = (expression: string) => new RegExp(expression, 'is').test(answer)
  return [
    ...cites.map((it) => ({ title: `says ${it.fact}`, fault: says(it.says) ? undefined : 'it does not' })),
    ...avoids.map((it) => ({ title: `does not say ${it.fact}`, fault: says(it.says) ? 'it does' : undefined })),
  ]
}
