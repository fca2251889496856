#!/usr/bin/env node
/**
 * The bin `fake-kubectl`: this process's arguments, streams and environment, handed to `run`.
 */
import { processPorts } from './process-ports.ts'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), processPorts())
// A watch or an idle connection must not hold the terminal once the command has ended.
process.exit()
