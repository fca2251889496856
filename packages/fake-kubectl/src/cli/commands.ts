/** The commands there are, in the order of their names. */
import type { Command } from './command.ts'
import { apiResources, apiVersions } from './commands/api-resources.ts'
import { clusterInfo } from './commands/cluster-info.ts'
import { config } from './commands/config.ts'
import { describe } from './commands/describe.ts'
import { events } from './commands/events.ts'
import { get } from './commands/get.ts'
import { logs } from './commands/logs.ts'
import { version } from './commands/version.ts'

export const COMMANDS: readonly Command[] = [
  apiResources,
  apiVersions,
  clusterInfo,
  config,
  describe,
  events,
  get,
  logs,
  version,
]
