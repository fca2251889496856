/**
 * `pnpm mcp stdio|http`: the MCP server for an editor, an agent or an inspector.
 *
 * By default it stands in front of a simulated cluster of its own; a kubeconfig puts it in front of any other. On stdio,
 * stdout carries the protocol and nothing else.
 */
import path from 'node:path'
import { openJournal } from '@mcp-lab/journal'
import {
  createMcpServer,
  defaultPolicy,
  listen,
  readPolicy,
  serveStdio,
  type AuditRecord,
  type McpServer,
  type Tool,
} from '@mcp-lab/mcp-server'
import type { Subject } from '@mcp-lab/rbac'
import { loadTools } from '../load-tools.ts'
import { listScenarios } from '../scenario.ts'
import { createSimulatedCluster, DEFAULT_SUBJECT } from '../testbed.ts'
import { UserError } from '../user-error.ts'
import { parseFlags, runCommand, wholeNumber } from './run-command.ts'
