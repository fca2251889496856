/** Rewrites test/tools/*.json from the tools as they are; `golden.test.ts` compares. */
import { writeFileSync } from 'node:fs'
import { everyTool } from './every-tool.ts'

for (const { name, listed } of everyTool())
  writeFileSync(new URL(`./tools/${name}.json`, import.meta.url), `${JSON.stringify(listed, null, 2)}\n`)
