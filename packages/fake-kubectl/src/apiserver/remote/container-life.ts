/**
 * The end of a container, for whoever is connected to it: it stops, restarts, or its pod goes.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { Pod } from '../../api/types.ts'
import { statusOf } from '../../containers/container.ts'
import type { Server } from '../server.ts'

/** @returns a function that ends the watching */
export function whenEnded({ store }: Pick<Server, 'store'>, pod: Pod, name: string, ended: () => void): () => void {
  const { containerID } = statusOf(pod, name) ?? {}
  const stop = store.log.subscribe(builtIn('pods'), {
    event({ type, object }) {
      if (object.metadata.uid !== pod.metadata.uid) return
      const status = statusOf(object as Pod, name)
      if (type !== 'DELETED' && status?.state.running && status.containerID === containerID) return
      stop()
      ended()
    },
    reset() {
      stop()
      ended()
    },
  })
  return stop
}
