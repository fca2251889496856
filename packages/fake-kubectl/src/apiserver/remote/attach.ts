/**
 * `pods/attach`: the output of a container's first process from now on; its input, too, where it reads any and is a
 * command the simulator has.
 */
import type { ToyContainer } from '../../containers/container.ts'
import { exec } from '../../containers/exec.ts'
import { bytesOf } from '../../containers/pipe.ts'
import { EXIT } from '../../containers/process.ts'
import { firstProcess } from '../../containers/proc.ts'
import { onEachLine } from '../../kubelet/logs.ts'
import type { Session } from './session.ts'

export async function attach(container: ToyContainer, session: Session): Promise<number> {
  const { spec, environment } = container
  if (spec['stdin'] === true) {
    const { streams, terminal, signal } = session
    const outcome = await exec(container, firstProcess(spec, environment), { ...streams, terminal, signal })
    if (typeof outcome === 'number') return outcome
  }
  return watchOutput(container, session)
}

function watchOutput({ server, pod, spec, startedMs }: ToyContainer, { streams, signal }: Session): Promise<number> {
  const id = `${pod.metadata.uid}/${spec.name}`
  const program = server.kubelets.get(pod.spec.nodeName ?? '')?.programs.get(id)
  const restarts = pod.status.containerStatuses?.find(({ name }) => name === spec.name)?.restartCount ?? 0
  const run = { id: `${id}/${restarts}`, startMs: startedMs, endMs: Infinity }
  return new Promise((resolve) => {
    const stop = onEachLine(program, run, server.clock, ({ text }) => streams.stdout.write(bytesOf(`${text}\n`)))
    const end = () => {
      stop()
      resolve(EXIT.ok)
    }
    signal.addEventListener('abort', end, { once: true })
  })
}
