/**
 * kubernetes_logs: the last lines of a container, of this run or the one before, filtered by plain text.
 */
import { z } from 'zod'
import { kubePath } from '../kube/path.ts'
import { namespaceName, objectName } from './arguments.ts'
import { defineTool, type Tool } from './tool.ts'

const DEFAULT_LINES = 100
const MAX_LINES = 2_000
const SEARCHED_LINES = 20_000 // how far back grep looks
const MAX_LOG_BYTES = 8 * 1024 * 1024

const inputSchema = z.strictObject({
  pod: objectName,
  namespace: namespaceName,
  container: objectName.optional().describe('Needed when the pod has several'),
  previous: z.boolean().default(false).describe('The run before the last restart: why it crashed'),
  tailLines: z.int().min(1).max(MAX_LINES).default(DEFAULT_LINES),
  sinceSeconds: z.int().min(1).optional().describe('Only lines younger than this'),
  grep: z.string().min(1).max(200).optional().describe('Only lines that contain this text; no pattern'),
})

const outputSchema = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string().optional(),
  log: z.string(),
  lines: z.int().describe('How many lines log has'),
  matched: z.int().optional().describe('With grep: how many lines contain the text'),
  searched: z.int().describe('How many lines were read'),
})

type Arguments = z.output<typeof inputSchema>
type Output = z.output<typeof outputSchema>

const DESCRIPTION = `Read the last lines of a container's log (100 by default), with grep over the last ${SEARCHED_LINES} lines.
After a crash, previous: true reads the run that crashed. For status, restarts and events use kubernetes_get.`

export function kubernetesLogs(): Tool {
  return defineTool({
    name: 'kubernetes_logs',
    title: 'Read container logs',
    description: DESCRIPTION,
    level: 'read',
    inputSchema,
    outputSchema,
    rbac: [{ verbs: ['get'], apiGroups: [''], resources: ['pods/log'] }],
    attributes: ({ namespace, pod }) => [
      { verb: 'get', apiGroup: '', resource: 'pods', subresource: 'log', namespace, name: pod },
    ],
    run: async (args, { kube }) => {
      const path = kubePath`/api/v1/namespaces/${args.namespace}/pods/${args.pod}/log`
      const output = chosen(args, linesOf(await kube.text(path, { query: queryOf(args) })))
      return { structuredContent: output, text: textOf(args, output) }
    },
  })
}

function queryOf({
  container,
  previous,
  tailLines,
  sinceSeconds,
  grep,
}: Arguments): Record<string, string | undefined> {
  return {
    container,
    previous: previous ? 'true' : undefined,
    sinceSeconds: sinceSeconds?.toString(),
    tailLines: String(grep === undefined ? tailLines : SEARCHED_LINES),
    limitBytes: String(MAX_LOG_BYTES),
  }
}

function linesOf(log: string): string[] {
  const lines = log.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function chosen({ namespace, pod, container, tailLines, grep }: Arguments, lines: readonly string[]): Output {
  const found = grep === undefined ? lines : lines.filter((line) => line.includes(grep))
  const last = found.slice(-tailLines)
  return {
    namespace,
    pod,
    ...(container !== undefined && { container }),
    // One text, and no list of lines: a private key is recognised only as a whole.
    log: last.join('\n'),
    lines: last.length,
    ...(grep !== undefined && { matched: found.length }),
    searched: lines.length,
  }
}

function textOf({ grep }: Arguments, { log, lines, matched, searched }: Output): string {
  if (grep !== undefined && matched === 0) return `no line contains the text; ${searched} lines searched`
  if (searched === 0) return 'the log is empty'
  return matched !== undefined && matched > lines ? `[the last ${lines} of ${matched} matching lines]\n${log}` : log
}
