/** The face of the MCP server: make one, write a tool for it, put it on a transport. */
export type { AuditDecision, AuditRecord, Caller, Outcome } from './call.ts'
export type { SetTimer } from './deadline.ts'
export { KubeError, todo, ToolError } from './errors.ts'
export type { Kube, KubeClient, KubeOptions } from './kube-client.ts'
export { kubePath } from './kube-path.ts'
export { defaultPolicy, VIEWERS } from './node/default-policy.ts'
export { listen, type Listening, type ListenOptions } from './node/listen.ts'
export { policyFile, type PolicyFileOptions } from './node/policy-file.ts'
export { subjectFromEnv, type StdioOptions, type StdioServer } from './node/stdio.ts'
export type { Limits } from './ports.ts'
export { createMcpServer, type McpServer, type McpServerOptions } from './server.ts'
export {
  defineTool,
  isTool,
  type Level,
  type Tool,
  type ToolAttributes,
  type ToolContext,
  type ToolDefinition,
  type ToolResult,
} from './tools/tool.ts'
