/**
 * What a Prometheus is told by its files: how often it scrapes and evaluates, and its rules. What it scrapes they do not
 * tell: that is everything the cluster offers.
 */
import { durationMs, parseRules, type RuleGroup } from '@mcp-lab/prometheus'
import { parse } from 'yaml'
import { z } from 'zod'
import type { FileSystem } from '../containers/file-system.ts'
import { fits } from '../containers/images.ts'
import { textOf } from '../containers/pipe.ts'

const CONFIG_FILE = '/etc/prometheus/prometheus.yml'
const USUAL_MS = 60_000

export type Config = { readonly scrapeMs: number; readonly rules: readonly RuleGroup[] }

const Interval = z.string().transform((text) => durationMs(text) ?? USUAL_MS)
const Shape = z.looseObject({
  global: z.looseObject({ scrape_interval: Interval.optional(), evaluation_interval: Interval.optional() }).optional(),
  rule_files: z.array(z.string()).optional(),
})

/** @throws RangeError for files that are none */
export function readConfig(files: FileSystem): Config {
  const text = files.kindOf(CONFIG_FILE) === 'file' ? textOf(files.read(CONFIG_FILE)) : ''
  const shape = Shape.safeParse(yamlOf(text))
  if (!shape.success) throw new RangeError(`${CONFIG_FILE}: ${z.prettifyError(shape.error)}`)
  const { global, rule_files: globs = [] } = shape.data
  const paths = globs.flatMap((glob) => filesOf(files, glob.startsWith('/') ? glob : `/etc/prometheus/${glob}`))
  const groups = [...new Set(paths)].flatMap((path) => parseRules(textOf(files.read(path)), path))
  const intervalMs = global?.evaluation_interval ?? USUAL_MS
  return {
    scrapeMs: global?.scrape_interval ?? USUAL_MS,
    rules: groups.map((group) => ({ ...group, intervalMs: group.intervalMs ?? intervalMs })),
  }
}

function yamlOf(text: string): unknown {
  try {
    return parse(text) ?? {}
  } catch (fault) {
    throw new RangeError(`${CONFIG_FILE}: ${(fault as Error).message}`)
  }
}

function filesOf(files: FileSystem, glob: string): string[] {
  const [, folder = '', name = ''] = /^(.*)\/([^/]*)$/.exec(glob) ?? []
  if (files.kindOf(folder) !== 'directory') return []
  const names = files.list(folder).filter((it) => fits(name, it) && files.kindOf(`${folder}/${it}`) === 'file')
  return names.map((it) => `${folder}/${it}`)
}
