/** `pnpm scenario show ID`: what somebody who solves it may know, and, if asked for, what they may not. */
import { stringify } from 'yaml'
import { loadJudged } from '../../scenarios/library.ts'
import type { JudgedScenario } from '../../scenarios/schema.ts'
import { UserError } from '../../user-error.ts'
import { parseFlags, typed } from '../run-command.ts'

const HELP = `Usage: ${typed('scenario', 'show ID [--solution] [--json]')}

Shows a scenario's tickets, the role in which it is solved, its budget and how it is judged.

  --solution   also what breaks it, what its expert does, and which cheats it knows
  --json       as JSON`

const FLAGS = {
  solution: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export function show(argv: string[]): void {
  const { values, positionals } = parseFlags('scenario', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  const [id, ...more] = positionals
  if (id === undefined || more.length > 0) throw new UserError('One scenario, please.', HELP)
  const scenario = loadJudged(id)
  const { fault, noise, expert, cheats, ...open } = scenario
  if (values.json) return console.log(JSON.stringify(values.solution ? scenario : open, null, 2))
  console.log(text(scenario))
  if (values.solution) console.log(`\nSolution\n${stringify({ noise, fault, expert, cheats }).trimEnd()}`)
  else console.log(`\nNext: ${typed('scenario', `run ${id}`)}`)
}

function text({ id, title, tickets, role, budget, oracles, world }: JudgedScenario): string {
  const facts = oracles.answer.cites.length + oracles.answer.avoids.length
  const lines = [
    `${id}: ${title}`,
    '',
    'Tickets, each in other words:',
    ...tickets.map((ticket) => `  “${ticket}”`),
    '',
    `World ${world}, solved as ${role}; at most ${budget.calls} calls, ${budget.turns} turns, ${budget.tokens} tokens, ${budget.minutes} minutes.`,
    '',
    'Judged by:',
    ...oracles.state.map((check) => `  state      ${check.title}`),
    ...(oracles['stable-for'] ? [`  stable-for the same, ${oracles['stable-for']} later`] : []),
    ...oracles.preserve.map((rule) => `  preserve   ${rule}`),
    ...oracles.forbidden.map((rule) => `  forbidden  ${rule.title}`),
    ...(facts > 0 ? [`  answer     ${facts} fact${facts === 1 ? '' : 's'} that it must name, or must not`] : []),
  ]
  return lines.join('\n')
}
