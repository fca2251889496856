/** The commands there are, in the order in which kubectl has them. */
import type { Command } from './command.ts'
import { apiResources, apiVersions } from './commands/api-resources.ts'
import { apply } from './commands/apply.ts'
import { auth } from './commands/auth.ts'
import { autoscale } from './commands/autoscale.ts'
import { clusterInfo } from './commands/cluster-info.ts'
import { config } from './commands/config.ts'
import { cordon, drain, uncordon } from './commands/cordon.ts'
import { cp } from './commands/cp.ts'
import { create } from './commands/create.ts'
import { declined } from './commands/declined.ts'
import { deleteCommand } from './commands/delete.ts'
import { describe } from './commands/describe.ts'
import { diff } from './commands/diff.ts'
import { events } from './commands/events.ts'
import { attach, exec } from './commands/exec.ts'
import { explain } from './commands/explain.ts'
import { expose } from './commands/expose.ts'
import { get } from './commands/get.ts'
import { annotate, label } from './commands/label.ts'
import { logs } from './commands/logs.ts'
import { patch } from './commands/patch.ts'
import { portForward } from './commands/port-forward.ts'
import { replace } from './commands/replace.ts'
import { rollout } from './commands/rollout.ts'
import { runPod } from './commands/run-pod.ts'
import { scale } from './commands/scale.ts'
import { set } from './commands/set.ts'
import { taint } from './commands/taint.ts'
import { top } from './commands/top.ts'
import { version } from './commands/version.ts'
import { wait } from './commands/wait.ts'

export const COMMANDS: readonly Command[] = [
  create,
  expose,
  runPod,
  set,
  explain,
  get,
  deleteCommand,
  rollout,
  scale,
  autoscale,
  clusterInfo,
  top,
  cordon,
  uncordon,
  drain,
  taint,
  describe,
  logs,
  attach,
  exec,
  portForward,
  cp,
  auth,
  events,
  diff,
  apply,
  patch,
  replace,
  wait,
  label,
  annotate,
  config,
  version,
  apiVersions,
  apiResources,
  ...declined,
]
