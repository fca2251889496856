/**
 * The process behind `npm run lab` and `pnpm lab`: the terminal, the environment, Ctrl-C and the exit code. What a command
 * line means is `dispatch.ts`.
 */
import { enableCompileCache, getCompileCacheDir } from 'node:module'
import path from 'node:path'

// Before the rest is loaded, and for the tests' process too: it saves a fifth of a second from the second run on.
enableCompileCache()
const compileCache = getCompileCacheDir()
if (compileCache !== undefined) process.env['NODE_COMPILE_CACHE'] ??= compileCache
const { main } = await import('./dispatch.ts')
const { complete, EXIT, Interrupted, launcherOf } = await import('./io.ts')
const { fold } = await import('./fold.ts')
const { styleFor } = await import('./style.ts')

const LINGER_MS = 1000 // what an interrupted run gets to put its processes away

const { env, stdout, stderr, stdin } = process
const launcher = launcherOf(env)
const interrupt = new AbortController()

stdout.on('error', () => process.exit(EXIT.usage)) // the reader went away, as in `lab 1 | head`

process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(EXIT.interrupted)
  interrupt.abort(new Interrupted())
  setTimeout(() => process.exit(EXIT.interrupted), LINGER_MS)
})

const style = styleFor(stdout, env)

const code = await main(process.argv.slice(2), {
  out: (text) => void stdout.write(`${fold(complete(text, launcher), stdout.columns)}\n`),
  err: (text) => void stderr.write(`${fold(complete(text, launcher), stderr.columns)}\n`),
  data: (value) => void stdout.write(`${complete(JSON.stringify(value, undefined, 2), launcher)}\n`),
  style,
  kitDir: path.resolve(env['MCP_LAB_ROOT'] ?? path.join(import.meta.dirname, '../../../..')),
  env,
  interactive: stdin.isTTY && stdout.isTTY && (env['CI'] ?? '') === '',
  now: () => new Date(),
  signal: interrupt.signal,
})

// vitest sets an exit code of its own, and a library's open handle must not keep the student waiting.
stdout.write('', () => process.exit(code))
