/**
 * The server that the official conformance suite is pointed at: our whole chain (policy, sanitizer, audit) with the suite's
 * own fixtures as tools, resources and prompts. Prints its URL; ends with its stdin.
 *
 * The suite sends no credentials, so everybody is one subject who may use everything.
 */
import { createJournal, memorySink } from '@mcp-lab/journal'
import { createCluster } from '@mcp-lab/fake-kubectl'
import { createHttpApp, createMcpServer, listen } from '../../src/index.ts'
import { granting } from '../granting.ts'
import { FIXTURE_PROMPTS, FIXTURE_RESOURCES } from './contents.ts'
import { FIXTURE_TOOLS } from './tools.ts'

const cluster = createCluster()

const mcp = createMcpServer({
  kube: { fetch: (request) => cluster.fetch(request) },
  subject: { user: 'suite', groups: [] },
  policy: granting('suite', [
    { verbs: ['call'], tools: ['*'] },
    { verbs: ['get', 'list'], apiGroups: ['*'], resources: ['*'] },
  ]),
  audit: createJournal({ sink: memorySink(), now: () => new Date() }),
  tools: FIXTURE_TOOLS,
  resources: FIXTURE_RESOURCES,
  prompts: FIXTURE_PROMPTS,
  limits: { callsPerMinute: 60_000, burst: 10_000 },
  capabilities: { logging: {}, resources: { subscribe: true } },
  onServer: (server) => {
    server.setRequestHandler('resources/subscribe', () => ({}))
    server.setRequestHandler('resources/unsubscribe', () => ({}))
  },
})

const { url, close } = await listen(createHttpApp({ mcp }))
console.log(url)
process.stdin.resume()
process.stdin.once('end', () => void close().then(() => process.exit()))
