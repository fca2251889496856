/**
 * A server on stdin and stdout as a host would start it: identity from the environment, the hand-made cluster behind it.
 */
import { createJournal, memorySink } from '@mcp-lab/journal'
import { createMcpServer, subjectFromEnv, type AuditRecord } from '../src/index.ts'
import { kubernetes } from './kubernetes.ts'
import { POLICY } from './world.ts'

const mcp = createMcpServer({
  kube: { fetch: kubernetes().fetch },
  policy: POLICY,
  audit: createJournal<AuditRecord>({ sink: memorySink(), now: () => new Date() }),
  subject: subjectFromEnv(process.env),
})
mcp.serveStdio()
