/**
 * The process behind `npm run lab` and `pnpm lab`: the terminal, the environment, Ctrl-C and the exit code. What a command
 * line means is `dispatch.ts`.
 */
import { enableCompileCache } from 'node:module'
import path from 'node:path'

enableCompileCache() // before the rest is loaded: it saves a tenth of a second from the second run on
const { main } = await import('./dispatch.ts')
const { complete, EXIT, Interrupted, launcherOf } = await import('./io.ts')
const { styleFor } = await import('./style.ts')

const LINGER_MS = 1000 // what an interrupted run gets to put its processes away

const { env, stdout, stderr, stdin } = process
const launcher = launcherOf(env)
const interrupt = new AbortController()

process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(EXIT.interrupted)
  interrupt.abort(new Interrupted())
  setTimeout(() => process.exit(EXIT.interrupted), LINGER_MS)
})

const code = await main(process.argv.slice(2), {
  out: (text) => void stdout.write(`${complete(text, launcher)}\n`),
  err: (text) => void stderr.write(`${complete(text, launcher)}\n`),
  style: styleFor(stdout, env),
  kitDir: path.resolve(env['MCP_LAB_ROOT'] ?? path.join(import.meta.dirname, '../../../..')),
  env,
  interactive: stdin.isTTY && stdout.isTTY && (env['CI'] ?? '') === '',
  now: () => new Date(),
  signal: interrupt.signal,
})

// vitest sets an exit code of its own, and a library's open handle must not keep the student waiting.
stdout.write('', () => process.exit(code))
