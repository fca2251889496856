/** The face of the composition root. */
export { isTool, type AuditRecord, type Tool } from '@mcp-lab/mcp-server'
export { connectCluster, type RealCluster } from './real-cluster.ts'
export { loadTools } from './load-tools.ts'
export { labPolicy, readPolicy } from './policy.ts'
export { listScenarios, loadScenario } from './scenarios/library.ts'
export type { Scenario } from './scenarios/schema.ts'
export { createTestbed, DEFAULT_SUBJECT, type Testbed, type TestbedOptions } from './testbed.ts'
export { UserError } from './user-error.ts'
