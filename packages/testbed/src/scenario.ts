/**
 * Scenarios: a world to start from and the ticket somebody wrote about it.
 *
 * One folder each under `scenarios/`, described by `scenario.yaml`. The worlds themselves belong to the simulator.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import * as z from 'zod'
import { UserError } from './user-error.ts'

const SCENARIOS = fileURLToPath(new URL('../scenarios/', import.meta.url))

const Scenario = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Paraphrases of what a person reports; none names the cause. */
  tickets: z.array(z.string()).min(3),
  /** The name of a world of fake-kubectl. */
  world: z.string(),
})
export type Scenario = z.infer<typeof Scenario>

/** The ids of all scenarios, in order of name. */
export function listScenarios(): string[] {
  const folders = readdirSync(SCENARIOS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map((folder) => folder.name).toSorted()
}

/** @throws UserError when there is no such scenario, with the names of those there are */
export function loadScenario(id: string): Scenario {
  if (!listScenarios().includes(id)) {
    throw new UserError(`There is no scenario "${id}".`, `Scenarios: ${listScenarios().join(', ')}.`)
  }
  return Scenario.parse(parse(readFileSync(`${SCENARIOS}${id}/scenario.yaml`, 'utf8')))
}
