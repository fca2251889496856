/**
 * A server on stdin and stdout as a host would start it: identity from the environment, the simulator behind it.
 */
import { createJournal, memorySink } from '@mcp-lab/journal'
import { createMcpServer, subjectFromEnv, type AuditRecord } from '../src/index.ts'
import { reach, shopCluster } from './shop.ts'
import { POLICY } from './world.ts'

const mcp = createMcpServer({
  kube: { fetch: reach(shopCluster()) },
  policy: POLICY,
  audit: createJournal<AuditRecord>({ sink: memorySink(), now: () => new Date() }),
  subject: subjectFromEnv(process.env),
})
mcp.serveStdio()
