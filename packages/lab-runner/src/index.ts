/**
 * Runs, explains and verifies labs. A spec imports `@mcp-lab/lab-runner/lab` instead.
 */
export { parseLabManifest, type LabManifest, type LabStep } from './manifest.ts'
