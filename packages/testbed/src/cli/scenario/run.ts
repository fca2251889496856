/**
 * `pnpm scenario run ID`: a person, or a script, solves a scenario, and the oracles judge it.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parse } from 'yaml'
import * as z from 'zod'
import { listen } from '@mcp-lab/fake-kubectl'
import { loadJudged } from '../../scenarios/library.ts'
import { act, judge, stage, type Stage } from '../../scenarios/play.ts'
import { Step, type JudgedScenario } from '../../scenarios/schema.ts'
import { UserError } from '../../user-error.ts'
import { kept, parseFlags, typed, wholeNumber } from '../run-command.ts'
import { writeKubeconfig } from '../sim-files.ts'
import { obey, TIME_HELP } from '../sim-time.ts'
import { verdictText } from './verdict-text.ts'

const HELP = `Usage: ${typed('scenario', 'run ID [flags]')}

Serves the scenario's broken cluster on this machine. Solve it with any kubectl or MCP client; then type "done" and what
you found out, and it is judged. Ends with 0 when it is solved, 1 when it is not.

  --seed N            the same seed gives the same cluster (default 1)
  --ticket N          which of its tickets to show (default 1)
  --kubeconfig FILE   where to write the solver's kubeconfig (default .mcp-lab/kubeconfig)
  --port N            listen on this port (default: any free one)

  --expert            its own expert solves it, and nothing is served
  --nothing           nobody does anything
  --cheat N           the Nth of the cheats it knows
  --steps FILE        YAML: a list of steps as in scenario.yaml, such as { kubectl: get pods -A } and { answer: … }
  --json              the verdict as JSON`

const FLAGS = {
  seed: { type: 'string', default: '1' },
  ticket: { type: 'string', default: '1' },
  kubeconfig: { type: 'string', default: path.relative('', kept('kubeconfig')) },
  port: { type: 'string', default: '0' },
  expert: { type: 'boolean', default: false },
  nothing: { type: 'boolean', default: false },
  cheat: { type: 'string' },
  steps: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

type Flags = ReturnType<typeof parseFlags<typeof FLAGS>>['values']

export async function run(signal: AbortSignal, argv: string[]): Promise<void> {
  const { values, positionals } = parseFlags('scenario', HELP, FLAGS, argv)
  if (values.help) return console.log(HELP)
  const [id, ...more] = positionals
  if (id === undefined || more.length > 0)
    throw new UserError('One scenario, please.', `Which? ${typed('scenario', 'list')} shows them.`)
  const scenario = loadJudged(id)
  const seed = wholeNumber('seed', values.seed, [0, 2 ** 31])
  const steps = stepsOf(scenario, values)
  const set = await stage(scenario, seed)
  const answer = steps ? await act(set, steps) : await byHand(set, values, signal)
  if (signal.aborted) return
  const verdict = await judge(set, answer)
  console.log(values.json ? JSON.stringify({ scenario: id, seed, answer, ...verdict }, null, 2) : verdictText(verdict))
  if (!verdict.passed) process.exitCode = 1
}

function stepsOf(
  { expert, cheats }: JudgedScenario,
  { expert: byExpert, nothing, cheat, steps }: Flags,
): readonly Step[] | undefined {
  if (byExpert) return expert
  if (nothing) return []
  if (cheat !== undefined) return cheats[wholeNumber('cheat', cheat, [1, cheats.length]) - 1]!.steps
  return steps === undefined ? undefined : readSteps(steps)
}

function readSteps(file: string): Step[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (fault) {
    throw new UserError(`The steps cannot be read: ${(fault as Error).message}`, 'Check the file after --steps.')
  }
  const result = z.array(Step).safeParse(parse(text))
  if (result.success) return result.data
  throw new UserError(
    `${file}: ${z.prettifyError(result.error)}`,
    'Steps are as in a scenario.yaml: - kubectl: get pods -A',
  )
}

/** @returns what the person answers */
async function byHand({ scenario, cluster, token }: Stage, values: Flags, signal: AbortSignal): Promise<string> {
  const port = wholeNumber('port', values.port, [0, 65_535])
  const ticket = scenario.tickets[wholeNumber('ticket', values.ticket, [1, scenario.tickets.length]) - 1]!
  const server = await listen(cluster, { port }).catch((fault: Error) => {
    throw new UserError(fault.message, 'Example: --port 0 takes any free one.')
  })
  writeKubeconfig(values.kubeconfig, server.kubeconfig({ token }))
  console.log(`“${ticket}”

The cluster answers at ${server.url}; you are its ${scenario.role}.

  kubectl --kubeconfig ${values.kubeconfig} get pods -A

When it is solved, type: done WHAT YOU FOUND OUT
To move its time: ${TIME_HELP}
Ctrl-C gives up.`)
  try {
    return await typedAnswer(server.time, signal)
  } finally {
    await server.close()
  }
}

function typedAnswer(time: Parameters<typeof obey>[0], signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(''), { once: true })
    lines.on('close', () => resolve(''))
    lines.on('line', (line) => {
      const [, answer] = /^\s*done\b\s*(.*)$/i.exec(line) ?? []
      if (answer !== undefined) return resolve(answer)
      if (line.trim() !== '') console.log(obey(time, line.trim().split(/\s+/)))
    })
  })
}
