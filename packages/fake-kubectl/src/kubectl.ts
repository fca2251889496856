/** The face of the fake kubectl. It is apart from the simulator's, so that a command starts without the simulator. */
export type { Fetch, Ports } from './cli/ports.ts'
export { processPorts } from './cli/process-ports.ts'
export { run } from './cli/run.ts'
