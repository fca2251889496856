/**
 * What an ingress-nginx controller tells of the requests that came in from outside, and of how they were answered.
 * Source: ingress-nginx, docs/user-guide/monitoring.md.
 */
import type { Family } from '@mcp-lab/prometheus'
import { builtIn } from '../api/kinds/built-in.ts'
import { at, type KubeObject } from '../api/meta.ts'
import type { Server } from '../apiserver/server.ts'
import { family, labelsOf, type Row } from './family.ts'

const INGRESSES = builtIn('ingresses.networking.k8s.io')

/** Of each Service that an Ingress names and somebody asks for something. */
export function ingressMetrics(server: Server): Family[] {
  const rows: Row[] = []
  for (const asked of server.load.traffic(server).asked) {
    const { namespace = '', name: service } = asked.service.metadata
    const ingress = server.store.list(INGRESSES, namespace).find((it) => names(it, service))
    if (!ingress) continue
    for (const [status, count] of Object.entries(server.counters.asked(server, asked).byCode)) {
      const labels = labelsOf(ingress, `${service}/${status}`, () => ({
        namespace,
        ingress: ingress.metadata.name,
        service,
        status,
      }))
      rows.push([labels, Math.round(count)])
    }
  }
  return [
    family(
      'nginx_ingress_controller_requests',
      { type: 'counter', help: 'The total number of client requests.' },
      rows,
    ),
  ]
}

function names(ingress: KubeObject, service: string): boolean {
  return JSON.stringify(at(ingress, 'spec') ?? {}).includes(`"name":${JSON.stringify(service)}`)
}
