/**
 * The cluster behind the server: a simulated one of its own, or the one of a kubeconfig.
 *
 * A host waits for the list of tools, which asks no cluster, so the cluster is made when somebody first asks for it. Whether
 * there is one is said at once.
 */
import { ToolError } from '@mcp-lab/mcp-server'
import { confirmKubeconfig } from '../../kubeconfig-file.ts'
import { loadScenario } from '../../scenarios/library.ts'
import { UserError } from '../../user-error.ts'
import { wholeNumber } from '../run-command.ts'

type Fetch = (request: Request) => Promise<Response>

type Choice = {
  readonly cluster: string
  readonly kubeconfig?: string | undefined
  readonly scenario: string
  readonly seed: string
}

/** @throws UserError when there is no such cluster */
export function clusterOf(
  { cluster, kubeconfig, scenario, seed: text }: Choice,
  { signal, help }: { readonly signal: AbortSignal; readonly help: string },
): Fetch {
  if (cluster !== 'sim' && cluster !== 'current')
    throw new UserError(`--cluster ${cluster}: expected sim or current.`, help)
  if (kubeconfig !== undefined) confirmKubeconfig(kubeconfig)
  if (kubeconfig !== undefined || cluster === 'current') return onceAsked(() => real(kubeconfig))
  const seed = wholeNumber('seed', text, [0, 2 ** 31])
  loadScenario(scenario)
  return onceAsked(() => simulated({ scenario, seed }, signal))
}

async function real(kubeconfig: string | undefined): Promise<Fetch> {
  const { connectCluster } = await import('../../real-cluster.ts')
  return (await connectCluster(kubeconfig)).fetch
}

async function simulated(choice: { scenario: string; seed: number }, signal: AbortSignal): Promise<Fetch> {
  const [{ createSimulatedCluster }, { coupleToRealTime }] = await Promise.all([
    import('../../simulated-cluster.ts'),
    import('@mcp-lab/fake-kubectl'),
  ])
  const cluster = await createSimulatedCluster(choice)
  const time = coupleToRealTime(cluster.clock)
  signal.addEventListener('abort', time.stop, { once: true })
  return (request) => {
    time.catchUp()
    return cluster.fetch(request)
  }
}

/** A cluster that cannot be made is no fault of the call: whoever asks next tries again, and reads what to do. */
function onceAsked(make: () => Promise<Fetch>): Fetch {
  let made: Promise<Fetch> | undefined
  return async (request) => {
    made ??= make().catch((fault: unknown) => {
      made = undefined
      throw fault instanceof UserError ? new ToolError(`${fault.message} ${fault.nextStep}`) : fault
    })
    return (await made)(request)
  }
}
