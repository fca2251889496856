/**
 * The programs that monitor the cluster from inside it, as containers run them: what each answers.
 */
import { exposition, TEXT_FORMAT, type Family } from '@mcp-lab/prometheus'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { ingressMetrics } from '../metrics/ingress.ts'
import { stateMetrics } from '../metrics/kube-state/all.ts'
import { nodeMetrics } from '../metrics/node-exporter.ts'
import type { Fetch, ProgramName } from '../network/routes.ts'

/** What a program tells of the cluster, or of itself. */
export function metricsOf(server: Server, pod: Pod, program: ProgramName): readonly Family[] {
  const kubelet = server.kubelets.get(pod.spec.nodeName ?? '')
  switch (program) {
    case 'prometheus':
      return server.monitoring.metrics()
    case 'kube-state-metrics':
      return stateMetrics(server)
    case 'ingress-metrics':
      return ingressMetrics(server)
    case 'node-exporter':
      return kubelet ? nodeMetrics(server, kubelet) : []
  }
}

export function programIn(server: Server, pod: Pod, name: ProgramName): Fetch {
  if (name === 'prometheus') return (request) => server.monitoring.fetch(request)
  return (request) => {
    if (new URL(request.url).pathname !== '/metrics') return Promise.resolve(new Response('ok\n'))
    server.counters.look(server)
    return Promise.resolve(asText(server, metricsOf(server, pod, name)))
  }
}

export function asText({ clock }: Server, families: readonly Family[]): Response {
  return new Response(exposition(families, clock.shownOffsetMs / 1000), { headers: { 'content-type': TEXT_FORMAT } })
}
