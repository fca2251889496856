/**
 * Runs, explains and verifies labs. A spec imports `@mcp-lab/lab-runner/lab` instead.
 */
export { findLab, listLabs, openLab, readLab, type Lab, type LabRef } from './catalog.ts'
export { parseLabManifest, type LabManifest, type LabStep } from './manifest.ts'
export type { CallRecord, SourcePlace } from './record.ts'
export type { Problem, RedTest, Report, StepReport, StepState } from './report.ts'
export { openRun, runLab, type LabRun, type RunOptions } from './run.ts'
export { UserError } from './user-error.ts'
export type { Claim, LabVerdict } from './verify/verdict.ts'
export { verifyLab, type VerifyOptions } from './verify/verify.ts'
