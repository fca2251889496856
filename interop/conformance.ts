/**
 * The cluster that the goldens were made on, served on a free port until SIGINT: `node conformance.ts KUBECONFIG`.
 */
import { writeFileSync } from 'node:fs'
import { createCluster, kubeconfig, listen } from '../packages/fake-kubectl/src/index.ts'

const controlPlane = {
  labels: { 'node-role.kubernetes.io/control-plane': '' },
  taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
}
const nodes = [{ name: 'n1', ...controlPlane }, { name: 'n2' }, { name: 'n3' }]

const cluster = createCluster({ world: { nodes } })
const server = await listen(cluster)
writeFileSync(process.argv[2]!, kubeconfig({ url: server.url }))
console.log(server.url)
process.once('SIGINT', () => void server.close())
