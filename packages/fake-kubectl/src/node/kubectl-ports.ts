/**
 * Where the fake kubectl's requests and WebSockets go when the cluster is in this process.
 */
import { MessageQueue } from '../cli/message-queue.ts'
import type { Fetch, OpenSocket } from '../cli/ports.ts'
import type { Cluster } from '../cluster.ts'

/** @param before what happens before each of them: a served cluster catches up with real time */
export function kubectlPorts(
  cluster: Pick<Cluster, 'fetch' | 'connect'>,
  before: () => void = () => undefined,
): { fetch: Fetch; socket: OpenSocket } {
  return {
    fetch: (request) => {
      before()
      return cluster.fetch(request)
    },
    async socket(request) {
      before()
      const answer = await cluster.connect(request)
      if (answer instanceof Response) return answer
      const messages = new MessageQueue()
      const close = (): void => {
        messages.end()
        queueMicrotask(() => conversation.closed())
      }
      const conversation = answer.begin({ send: (message) => messages.push(message), close })
      return { protocol: answer.protocol, send: (message) => conversation.receive(message), close, messages }
    },
  }
}
