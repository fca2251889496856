/**
 * Whether a kubeconfig is there, told before anything large is loaded to read it.
 */
import { existsSync } from 'node:fs'
import { UserError } from './user-error.ts'

/** @throws UserError when there is no such file */
export function confirmKubeconfig(file: string): void {
  if (existsSync(file)) return
  throw new UserError(
    `There is no kubeconfig at ${file}.`,
    'Start the simulator in another terminal (`npm run sim`), or give the path of your own with --kubeconfig.',
  )
}
