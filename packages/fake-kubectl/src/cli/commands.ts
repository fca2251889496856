/** The commands there are, in the order of their names. */
import type { Command } from './command.ts'
import { apiResources, apiVersions } from './commands/api-resources.ts'
import { apply } from './commands/apply.ts'
import { clusterInfo } from './commands/cluster-info.ts'
import { config } from './commands/config.ts'
import { create } from './commands/create.ts'
import { deleteCommand } from './commands/delete.ts'
import { describe } from './commands/describe.ts'
import { events } from './commands/events.ts'
import { get } from './commands/get.ts'
import { annotate, label } from './commands/label.ts'
import { logs } from './commands/logs.ts'
import { patch } from './commands/patch.ts'
import { rollout } from './commands/rollout.ts'
import { scale } from './commands/scale.ts'
import { set } from './commands/set.ts'
import { version } from './commands/version.ts'

export const COMMANDS: readonly Command[] = [
  create,
  set,
  get,
  deleteCommand,
  rollout,
  scale,
  clusterInfo,
  describe,
  logs,
  events,
  apply,
  patch,
  label,
  annotate,
  config,
  version,
  apiVersions,
  apiResources,
]
