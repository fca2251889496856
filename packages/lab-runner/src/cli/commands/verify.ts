/**
 * `lab verify [1]`: the author's gate over one lab, or all.
 */
import { listLabs, readLab } from '../../catalog.ts'
import { verifyLab } from '../../verify/verify.ts'
import type { LabVerdict } from '../../verify/verdict.ts'
import { labOf, readArgs, wholeNumber } from '../args.ts'
import { EXIT, type Command } from '../io.ts'
import type { Style } from '../style.ts'

export const verify: Command = {
  name: 'verify',
  usage: 'verify [NUMBER] [--times N] [--seeds N] [--json]',
  does: "is the author's gate: it judges a lab, not your work",
  flags: [
    { name: 'times', value: 'N', does: 'how often the solution must pass, in random order' },
    { name: 'seeds', value: 'N', does: 'on how many seeds, from 1 up' },
    { name: 'json', does: 'prints the verdicts as one JSON document' },
  ],
  async run(argv, io) {
    const args = readArgs(verify, argv)
    const refs = args.words.length === 0 ? listLabs(io.kitDir) : [labOf(verify, args, io)]
    const times = wholeNumber(args, 'times', 1)
    const seeds = wholeNumber(args, 'seeds', 1)
    const verdicts: LabVerdict[] = []
    for (const ref of refs) {
      io.signal.throwIfAborted()
      const verdict = await verifyLab(readLab(ref), {
        ...(times === undefined ? {} : { times }),
        ...(seeds === undefined ? {} : { seeds: Array.from({ length: seeds }, (_, index) => index + 1) }),
      })
      verdicts.push(verdict)
      if (args.flags['json'] !== true) io.out(verdictView(verdict, io.style))
    }
    if (args.flags['json'] === true) io.data(verdicts)
    return verdicts.every(({ holds }) => holds) ? EXIT.ok : EXIT.notSolved
  },
}

function verdictView({ slug, holds, claims, durationMs }: LabVerdict, style: Style): string {
  const seconds = (durationMs / 1000).toFixed(1)
  const verdict = holds ? style.paint('green', 'holds') : style.paint('red', 'does not hold')
  const lines = claims.flatMap(({ claim, faults }) => [
    `  ${faults.length === 0 ? style.paint('green', 'yes') : style.paint('red', 'NO ')}  ${claim}`,
    ...faults.map((fault) => `         ${fault}`),
  ])
  return [`${style.paint('bold', slug)} ${verdict} (${seconds} s)`, ...lines].join('\n')
}
