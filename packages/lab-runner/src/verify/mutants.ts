/**
 * `mutants.yaml`: wrong solutions that students plausibly write, each as ours with one idea broken.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { UserError } from '../user-error.ts'

const Mutant = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens'),
  /** What the student did wrong, in a sentence. */
  about: z.string().min(1),
  /** The step whose tests must turn red. */
  'caught-by': z.string().min(1),
  /** Words of the message that a student reads then. */
  idea: z.string().min(1),
  /** Which edited file, when the lab has several. */
  in: z.string().min(1).optional(),
  /** Each text to find stands exactly once in the solution. */
  replace: z.array(z.strictObject({ find: z.string().min(1), with: z.string() })).min(1),
})
export type Mutant = z.infer<typeof Mutant>

/** @throws UserError naming file, path and what was expected; none without the file */
export function readMutants(file: string): Mutant[] {
  if (!existsSync(file)) return []
  const parsed = z.array(Mutant).safeParse(parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  throw new UserError(`${file}: ${z.prettifyError(parsed.error)}`, { next: `Correct ${file}.` })
}

/** @throws UserError when a text to find stands in the solution not at all, or more than once */
export function applyMutant({ name, replace }: Mutant, solution: string): string {
  return replace.reduce((text, { find, with: replacement }) => {
    const [before, after, ...more] = text.split(find)
    if (before !== undefined && after !== undefined && more.length === 0) return before + replacement + after
    const found = after === undefined ? 'not at all' : `${more.length + 1} times`
    throw new UserError(`The mutant "${name}" finds ${JSON.stringify(find)} in the solution ${found}; expected once.`, {
      next: 'Give it a text that stands in the solution exactly once.',
    })
  }, solution)
}
