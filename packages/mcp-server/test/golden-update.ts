/** Rewrites test/tools/*.json from the tools as they are; `golden.test.ts` compares. */
import { writeFileSync } from 'node:fs'
import { builtInTools } from '../src/tools/built-in.ts'

for (const { name, listed } of builtInTools())
  writeFileSync(new URL(`./tools/${name}.json`, import.meta.url), `${JSON.stringify(listed, null, 2)}\n`)
