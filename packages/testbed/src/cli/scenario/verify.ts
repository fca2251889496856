/** `pnpm scenario verify`: the author's gate of the library. */
import { judgedScenarios, loadJudged } from '../../scenarios/library.ts'
import { verifyAll, type Task } from '../../scenarios/workers.ts'
import { parseFlags, typed, wholeNumber } from '../run-command.ts'

const HELP = `Usage: ${typed('scenario', 'verify [ID…] [flags]')}

Sets each scenario up, breaks it, and lets its expert, nobody, and each cheat act: only the expert may pass. Ends with 0
when all are sound, 1 when one is not.

  --seeds N   on so many clusters each (default 1)
  --twice     everything twice: the same seed must give the same objects, API log and verdict
  --json      the findings as JSON, a line each`

const FLAGS = {
  seeds: { type: 'string', default: '1' },
  twice: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export async function verify(argv: string[]): Promise<void> {
  const { values, positionals } = parseFlags('scenario', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  const seeds = wholeNumber('seeds', values.seeds, [1, 1000])
  const ids = (positionals.length > 0 ? positionals.map((id) => loadJudged(id)) : judgedScenarios()).map(({ id }) => id)
  const tasks = Array.from({ length: seeds }, (_, i) =>
    ids.map((id): Task => ({ id, seed: i + 1, twice: values.twice })),
  ).flat()
  let played = 0
  let unsound = 0
  await verifyAll(tasks, ({ id, seed }, findings) => {
    const faults = findings.filter(({ fault }) => fault !== undefined)
    played += findings.length
    unsound += faults.length
    if (values.json) for (const finding of findings) console.log(JSON.stringify(finding))
    else
      console.log(
        [
          `${faults.length === 0 ? '✓' : '✗'} ${id}, seed ${seed}`,
          ...faults.map(({ who, fault }) => `    ${who}: ${fault}`),
        ].join('\n'),
      )
  })
  if (!values.json)
    console.log(
      `\n${ids.length} scenarios on ${seeds} seed${seeds === 1 ? '' : 's'}${values.twice ? ', twice' : ''}: ${played} plays, ${unsound} not as they should be.`,
    )
  if (unsound > 0) process.exitCode = 1
}
