/**
 * `lab hint 1`: the next hint for the step that was red in the last run. The first one asks a question.
 */
import { openLab, type Lab } from '../../catalog.ts'
import type { LabStep } from '../../manifest.ts'
import { openProgress } from '../../progress.ts'
import { labOf, readArgs } from '../args.ts'
import { EXIT, type Command, type Io } from '../io.ts'

export const hint: Command = {
  name: 'hint',
  usage: 'hint NUMBER',
  does: 'gives the next hint for the first red step of your last run',
  async run(argv, io) {
    io.out(revealHint(openLab(labOf(hint, readArgs(hint, argv), io)), io))
    return EXIT.ok
  },
}

/** Reveals one more hint, counts it, and answers the text. */
export function revealHint(lab: Lab, io: Io): string {
  const progress = openProgress(io.kitDir, io.err)
  const known = progress.read().labs[lab.slug]
  const step = lab.manifest.steps.find(({ id }) => id === known?.firstRed) ?? firstStep(lab)
  if (known?.solvedAt !== undefined && known.firstRed === undefined) {
    const ours = lab.solutionDir === undefined ? '' : ` \`lab solution ${lab.number}\` shows how we did it.`
    return `Every step of lab ${lab.number} was green in your last run.${ours}`
  }
  const shown = Math.min((known?.hints[step.id] ?? 0) + 1, step.hints.length)
  progress.update(lab.slug, (before) => ({ ...before, hints: { ...before.hints, [step.id]: shown } }))
  return hintView(lab, step, shown)
}

function hintView(lab: Lab, step: LabStep, shown: number): string {
  const rest = step.hints.length - shown
  return [
    `Step "${step.id}", ${step.title}: hint ${shown} of ${step.hints.length}`,
    '',
    ...step.hints.slice(0, shown).map((text, index) => `  ${index + 1}. ${text}`),
    '',
    rest === 0
      ? `That was the last one. \`lab ${lab.number}\` runs the suite again.`
      : `One more: \`lab hint ${lab.number}\``,
  ].join('\n')
}

/** Before the first run there is no red step; the first one is where to begin. */
function firstStep(lab: Lab): LabStep {
  const [step] = lab.manifest.steps
  if (step === undefined) throw new Error('a manifest has at least one step')
  return step
}
