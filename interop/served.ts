/**
 * The cluster that all scripts share: `pnpm sim --scenario conformance`, or the one that INTEROP_KUBECONFIG names.
 * Started once, before the first test file (vitest's globalSetup).
 */
import { fileURLToPath, pathToFileURL } from 'node:url'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { startConformance } from './sim.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A cluster somebody can change: each script works in namespaces of its own. */
    kubeconfig: string
    /** Not a real one. */
    isSimulator: boolean
  }
}

export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.INTEROP_KUBECONFIG
  provide('isSimulator', given === undefined)
  if (given !== undefined) {
    // Relative to where the person stands; this suite runs in its own folder.
    const from = pathToFileURL(`${process.env.INIT_CWD ?? process.cwd()}${path.sep}`)
    provide('kubeconfig', fileURLToPath(new URL(given, from)))
    return undefined
  }
  const sim = await startConformance()
  provide('kubeconfig', sim.kubeconfig)
  return sim.stop
}
