/**
 * The tools every server has.
 */
import { kubernetesGet } from './kubernetes-get.ts'
import { kubernetesLogs } from './kubernetes-logs.ts'
import type { Tool } from './tool.ts'

/** Made anew for each server, since a tool may remember what it learned of its cluster. */
export function builtInTools(): Tool[] {
  return [kubernetesGet(), kubernetesLogs()]
}
