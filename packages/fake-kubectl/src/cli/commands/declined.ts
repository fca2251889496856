/**
 * Commands the fake kubectl does not have: it says so, and names the one that does.
 */
import type { Command } from '../command.ts'

/** Name, what it does, why it is not here. */
const DECLINED: readonly (readonly [name: string, short: string, why: string])[] = [
  ['certificate', 'Modify certificate resources', 'approve with: kubectl patch csr NAME --subresource=approval'],
  ['completion', 'Output shell completion code', 'its commands are those of the stock kubectl, whose completion fits'],
  ['debug', 'Create debugging sessions for troubleshooting workloads and nodes', 'it has no streams into containers'],
  ['edit', 'Edit a resource on the server', 'write the object to a file with get -o yaml, change it, and apply it'],
  ['kustomize', 'Build a kustomization target from a directory or URL', 'it has no kustomize'],
  ['plugin', 'Provides utilities for interacting with plugins', 'it runs no plugins'],
  ['proxy', 'Run a proxy to the Kubernetes API server', 'pnpm sim --http serves without TLS'],
]

export const declined: readonly Command[] = DECLINED.map(([name, short, why]) => ({
  name,
  short: `${short} (not here)`,
  declines: `the fake kubectl has no ${name}: ${why}. With a stock kubectl: kubectl ${name}`,
}))
