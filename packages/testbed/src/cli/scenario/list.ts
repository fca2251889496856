/** `pnpm scenario list`: the scenarios, by kind. */
import { judgedScenarios, listScenarios, loadScenario } from '../../scenarios/library.ts'
import { parseFlags, typed } from '../run-command.ts'

const HELP = `Usage: ${typed('scenario', 'list [--json]')}

Lists the scenarios that can be solved, by kind, and those that are only a place to be.`

const FLAGS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export function list(argv: string[]): void {
  const { values } = parseFlags('scenario', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  const judged = judgedScenarios()
  if (values.json) {
    return console.log(
      JSON.stringify(
        judged.map(({ id, title, kind, role, budget }) => ({ id, title, kind, role, budget })),
        null,
        2,
      ),
    )
  }
  const width = Math.max(...judged.map(({ id }) => id.length))
  const kinds = [...new Set(judged.map(({ kind }) => kind ?? 'other'))].toSorted()
  for (const kind of kinds) {
    console.log(`${kind}`)
    for (const { id, title } of judged.filter((it) => (it.kind ?? 'other') === kind))
      console.log(`  ${id.padEnd(width)}  ${title}`)
  }
  const places = listScenarios().filter((id) => !judged.some((it) => it.id === id))
  console.log(
    `only a place to be\n${places.map((id) => `  ${id.padEnd(width)}  ${loadScenario(id).title}`).join('\n')}`,
  )
  console.log(`\n${judged.length} scenarios. Next: ${typed('scenario', `show ${judged[0]!.id}`)}`)
}
