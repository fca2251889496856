/**
 * `pods/attach`: the output of a container's first process from now on; its input, too, where it reads any and is a
 * command the simulator has.
 */
import type { ToyContainer } from '../../containers/container.ts'
import { exec } from '../../containers/exec.ts'
import { bytesOf } from '../../containers/pipe.ts'
import { EXIT } from '../../containers/process.ts'
import { firstProcess } from '../../containers/proc.ts'
import { printingsOf } from '../../kubelet/container-log.ts'
import { onEachLine } from '../../kubelet/logs.ts'
import type { Session } from './session.ts'

export async function attach(container: ToyContainer, session: Session): Promise<number> {
  const { profile, spec, environment } = container
  if (spec['stdin'] === true) {
    const { streams, terminal, signal } = session
    const outcome = await exec(container, firstProcess(profile, spec, environment), { ...streams, terminal, signal })
    if (typeof outcome === 'number') return outcome
  }
  return watchOutput(container, session)
}

function watchOutput({ server, pod, spec }: ToyContainer, { streams, signal }: Session): Promise<number> {
  const printings = () => printingsOf(server, pod, spec.name, 'current') ?? []
  return new Promise((resolve) => {
    const stop = onEachLine(printings, server.clock, ({ text }) => streams.stdout.write(bytesOf(`${text}\n`)))
    const end = () => {
      stop()
      resolve(EXIT.ok)
    }
    signal.addEventListener('abort', end, { once: true })
  })
}
