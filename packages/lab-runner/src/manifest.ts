/**
 * `lab.yaml`: what a lab is, which files a student edits, and its steps. Parsed once here and trusted afterwards.
 * It does not look at the folder; `catalog.ts` does. A message names file, path, what was expected and what was found.
 */
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { UserError } from './user-error.ts'

const MIN_HINTS = 3 // a question, a direction, and nearly the answer

const RelativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\:]+$/, 'expected a relative path with forward slashes that stays in the lab')

const Step = z.strictObject({
  /** The tests of the step sit in `describe(id)`. */
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected lower-case words joined by hyphens'),
  title: z.string().min(1),
  points: z.int().min(1),
  /** An identifier or text that finds the step's place in the student's file. */
  where: z.string().min(1).optional(),
  hints: z.array(z.string().min(1)).min(MIN_HINTS),
})

const Manifest = z.strictObject({
  format: z.literal(1),
  title: z.string().min(1),
  /** One sentence: what the student has in hand at the end. */
  goal: z.string().min(1).optional(),
  minutes: z.int().min(1),
  objectives: z.array(z.string().min(1)).min(1),
  /** What the student's part is, and so how it is plugged into a world. */
  plugs: z.literal('tool').default('tool'),
  scenario: z.string().min(1).optional(),
  seed: z.int().min(0).default(1),
  /** The only files a student hands in. */
  edits: z.array(RelativePath.refine((file) => file.startsWith('src/'), 'expected a file under src/')).min(1),
  spec: z.array(RelativePath).min(1),
  hidden: z.array(RelativePath).default([]),
  steps: z
    .array(Step)
    .min(1)
    .refine((steps) => new Set(steps.map(({ id }) => id)).size === steps.length, 'expected ids that differ'),
})

export type LabManifest = z.infer<typeof Manifest>
export type LabStep = z.infer<typeof Step>

/**
 * Parses the text of a `lab.yaml`.
 *
 * @param options `file` names the file in messages
 * @throws        UserError naming file, path, what was expected and what to do
 * @example       parseLabManifest('format: 1\n…', { file: 'labs/01-disk-usage/lab.yaml' }).steps[0].id // 'list'
 */
export function parseLabManifest(text: string, options: { file?: string } = {}): LabManifest {
  const file = options.file ?? 'lab.yaml'
  const parsed = Manifest.safeParse(readYaml(text, file))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${file}, ${pathOf(issue.path)}: ${issue.message}`)
  throw new UserError(faults.join('\n'), {
    next: `Correct ${file}, or bring back the pristine one with \`git checkout -- ${file}\`; its author's gate is \`lab verify\`.`,
  })
}

function readYaml(text: string, file: string): unknown {
  const document = parseDocument(text)
  const [fault] = document.errors
  if (fault === undefined) return document.toJS()
  const line = fault.linePos?.[0].line ?? 1
  throw new UserError(`${file}, line ${line}: not valid YAML: ${fault.message.split('\n')[0]}`, {
    next: `Correct ${file}, or bring back the pristine one with \`git checkout -- ${file}\`.`,
  })
}

/** `steps[1].hints`, the way a person would write it; `the document` for the whole. */
function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document'
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : join(text, String(key))), '')
}

function join(text: string, key: string): string {
  return text === '' ? key : `${text}.${key}`
}
