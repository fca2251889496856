/** The face of the MCP server: make one, write a tool for it, put it on a transport. */
export { memoryApprovals } from './approvals/approval.ts'
export { createApprovals, type Approvals } from './approvals/approvals.ts'
export type { Approval, ApprovalDecision, ApprovalState, ApprovalStore } from './approvals/approval.ts'
export type { AuditApproval, AuditDecision, AuditRecord, Caller, Identity, Outcome } from './call.ts'
export type { ChangeRow } from './changes/change-log.ts'
export type { Plan, Write } from './changes/write.ts'
export type { SetTimer } from './deadline.ts'
export { InputNeeded, KubeError, todo, ToolError } from './errors.ts'
export { createHttpApp, identityIn, type HttpAppOptions } from './http/app.ts'
export { createOidc, type Oidc, type OidcOptions } from './identity/oidc.ts'
export type { Kube, KubeClient, KubeOptions, Patch } from './kube/client.ts'
export { kubePath } from './kube/path.ts'
export { approvalFolder } from './node/approval-folder.ts'
export { APPROVERS, defaultPolicy, OPERATORS, VIEWERS } from './node/default-policy.ts'
export { listen, type Listening, type ListenOptions } from './node/listen.ts'
export { policyFile, type PolicyFileOptions } from './node/policy-file.ts'
export { subjectFromEnv, type StdioOptions, type StdioServer } from './node/stdio.ts'
export { openTelemetry, withTelemetry, type Telemetry, type TelemetryOptions } from './node/telemetry.ts'
export type { Prompt, PromptArgument } from './prompts/prompt.ts'
export type { Resource } from './resources/resource.ts'
export type { Limits, StepUp } from './ports.ts'
export { createMcpServer, type McpServer, type McpServerOptions } from './server.ts'
export {
  defineChange,
  defineTool,
  isTool,
  type ChangeDefinition,
  type Level,
  type Tool,
  type ToolAttributes,
  type ToolContext,
  type ToolDefinition,
  type ToolResult,
} from './tools/tool.ts'
export { DEFAULT_TOOLSETS, TOOLSETS, type Toolset } from './tools/toolsets.ts'
