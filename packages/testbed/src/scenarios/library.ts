/**
 * The scenarios there are: one folder each under `scenarios/`, described by `scenario.yaml`. The worlds themselves belong to
 * the simulator.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import * as z from 'zod'
import { UserError } from '../user-error.ts'
import { Scenario, type JudgedScenario } from './schema.ts'

const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url))

/** The ids of all scenarios, in order of name. */
export function listScenarios(): string[] {
  const folders = readdirSync(SCENARIOS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map((folder) => folder.name).toSorted()
}

/** @throws UserError when there is no such scenario, with those that are called alike, and how to see all */
export function loadScenario(id: string): Scenario {
  const ids = listScenarios()
  if (!ids.includes(id)) {
    const alike = ids.filter((it) => it.split('-').some((word) => id.split('-').includes(word)))
    const next = alike.length > 0 ? `Alike: ${alike.join(', ')}.` : 'The command "scenario list" shows those there are.'
    throw new UserError(`There is no scenario "${id}".`, next)
  }
  const file = `${SCENARIOS}${id}/scenario.yaml`
  const result = Scenario.safeParse(parse(readFileSync(file, 'utf8')))
  if (result.success) return result.data
  throw new UserError(`scenarios/${id}/scenario.yaml: ${z.prettifyError(result.error)}`, 'Mend the file.')
}

/** Those that can be solved. */
export function judgedScenarios(): JudgedScenario[] {
  return listScenarios()
    .map((id) => loadScenario(id))
    .filter((scenario): scenario is JudgedScenario => scenario.oracles !== undefined)
}

/** @throws UserError when there is no such scenario, or it is only a place to be */
export function loadJudged(id: string): JudgedScenario {
  const { oracles, ...scenario } = loadScenario(id)
  if (oracles) return { ...scenario, oracles }
  throw new UserError(
    `The scenario "${id}" is only a place to be: there is nothing to solve in it.`,
    'Look at it with `sim --scenario`.',
  )
}
