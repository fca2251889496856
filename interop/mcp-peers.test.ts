/**
 * Other people's MCP servers as clients of the cluster: each of their tools is called once, ends without a protocol error,
 * and leaves the state that it says it leaves.
 *
 * kubernetes-mcp-server is a Go program on client-go; mcp-server-kubernetes runs kubectl and helm (with `--all` only).
 */
import { mkdtempSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { apiOf, type Api } from './api.ts'
import { startSim, type Sim } from './sim.ts'
import { stockBinary } from './stock-binary.ts'

type Call = {
  readonly tool: string
  /** `$NODE`, `$POD` and `$NS` stand for names in the cluster. */
  readonly args?: object
  readonly says?: RegExp
  /** The tool tells of a failure, as it would in front of a real cluster without the feature. */
  readonly fails?: true
  readonly after?: Readonly<Record<string, object | null>>
  /** Needs a running pod, which the simulator's world brings. */
  readonly simulatorOnly?: true
}

type Peer = {
  readonly name: string
  command(kubeconfig: string): { command: string; args: string[]; env: Record<string, string> }
  readonly calls: readonly Call[]
}

const CHART = path.join(import.meta.dirname, 'charts/shop')
const MODULES = path.join(import.meta.dirname, 'node_modules')

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: '$NS' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } },
  },
}
const POD = { namespace: 'shop', name: '$POD' }

const KUBERNETES_MCP_SERVER: Peer = {
  name: 'kubernetes-mcp-server',
  command: (kubeconfig) => ({
    command: path.join(MODULES, 'kubernetes-mcp-server-linux-amd64/bin/kubernetes-mcp-server-linux-amd64'),
    args: ['--kubeconfig', kubeconfig, '--toolsets', 'core,config,helm'],
    env: {},
  }),
  calls: [
    { tool: 'configuration_view', says: /current-context/ },
    { tool: 'namespaces_list', says: /Namespace\s+\$NS/ },
    { tool: 'projects_list', fails: true, says: /project\.openshift\.io|no matches|could not find/i },
    {
      tool: 'resources_create_or_update',
      args: { resource: JSON.stringify(deployment) },
      says: /name: web/,
      after: {
        'deployments/web': {
          spec: { replicas: 0 },
          metadata: {
            managedFields: expect.arrayContaining([
              expect.objectContaining({ manager: 'kubernetes-mcp-server', operation: 'Apply' }),
            ]),
          },
        },
      },
    },
    {
      tool: 'resources_get',
      args: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: '$NS', name: 'web' },
      says: /revisionHistoryLimit: 10/,
    },
    {
      tool: 'resources_list',
      args: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: '$NS' },
      says: /web\s+0\/0/,
    },
    {
      tool: 'resources_scale',
      args: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: '$NS', name: 'web', scale: 2 },
      says: /replicas: 2/,
      after: { 'deployments/web': { spec: { replicas: 2 } } },
    },
    {
      tool: 'resources_delete',
      args: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: '$NS', name: 'web' },
      says: /deleted/,
      after: { 'deployments/web': null },
    },
    {
      tool: 'pods_run',
      args: { namespace: '$NS', name: 'ran', image: 'nginx:1', port: 80 },
      says: /name: ran/,
      after: {
        'pods/ran': { spec: { containers: [{ image: 'nginx:1', ports: [{ containerPort: 80 }] }] } },
        'services/ran': { spec: { ports: [{ port: 80 }] } },
      },
    },
    { tool: 'pods_get', args: { namespace: '$NS', name: 'ran' }, says: /kind: Pod/ },
    { tool: 'pods_list', says: /\$NS[\s\S]*ran/ },
    { tool: 'pods_list_in_namespace', args: { namespace: '$NS' }, says: /ran\s+\d\/1/ },
    { tool: 'events_list', args: { namespace: '$NS' }, says: /event/i },
    { tool: 'pods_delete', args: { namespace: '$NS', name: 'ran' }, says: /deleted/, after: { 'pods/ran': null } },
    { tool: 'pods_log', args: { ...POD, tail: 3 }, says: /INFO GET \/products/, simulatorOnly: true },
    {
      tool: 'pods_exec',
      args: { ...POD, command: ['sh', '-c', 'echo hi there'] },
      says: /hi there/,
      simulatorOnly: true,
    },
    { tool: 'pods_top', args: { all_namespaces: true }, says: /storefront/, simulatorOnly: true },
    { tool: 'nodes_top', says: /\$NODE/, simulatorOnly: true },
    { tool: 'nodes_stats_summary', args: { name: '$NODE' }, says: /"nodeName": ?"\$NODE"/ },
    { tool: 'nodes_log', args: { name: '$NODE', query: 'kubelet' }, fails: true },
    {
      tool: 'helm_install',
      // It waits for what it installs, and a Deployment is only ready once controllers have worked on it.
      args: { chart: CHART, name: 'shop', namespace: '$NS' },
      says: /deployed/,
      after: { 'configmaps/shop': { data: { greeting: 'hello' } } },
    },
    { tool: 'helm_list', args: { namespace: '$NS' }, says: /name: shop/ },
    {
      tool: 'helm_uninstall',
      args: { name: 'shop', namespace: '$NS' },
      says: /uninstalled/i,
      after: { 'configmaps/shop': null },
    },
  ],
}

const MCP_SERVER_KUBERNETES: Peer = {
  name: 'mcp-server-kubernetes',
  command: (kubeconfig) => ({
    command: process.execPath,
    args: [path.join(import.meta.dirname, 'heavy/node_modules/mcp-server-kubernetes/dist/index.js')],
    // It runs the kubectl and the helm that it finds; these and no other.
    env: { KUBECONFIG: kubeconfig, PATH: toolsFolder() },
  }),
  calls: [
    { tool: 'ping' },
    { tool: 'kubectl_context', args: { operation: 'list' }, says: /mcp-lab|"/ },
    { tool: 'kubectl_reconnect' },
    { tool: 'list_api_resources', args: { apiGroup: 'apps' }, says: /deployments/ },
    { tool: 'explain_resource', args: { resource: 'deployments.spec' }, says: /replicas/ },
    {
      tool: 'kubectl_apply',
      args: { manifest: JSON.stringify(deployment), namespace: '$NS' },
      says: /created/,
      after: { 'deployments/web': { spec: { replicas: 0 } } },
    },
    {
      tool: 'kubectl_create',
      args: { resourceType: 'configmap', name: 'made', namespace: '$NS', fromLiteral: ['a=1'] },
      says: /made/,
      after: { 'configmaps/made': { data: { a: '1' } } },
    },
    { tool: 'kubectl_get', args: { resourceType: 'deployments', namespace: '$NS' }, says: /web/ },
    {
      tool: 'kubectl_describe',
      args: { resourceType: 'deployment', name: 'web', namespace: '$NS' },
      says: /StrategyType/,
    },
    {
      tool: 'kubectl_scale',
      args: { resourceType: 'deployment', name: 'web', namespace: '$NS', replicas: 2 },
      says: /scaled/i,
      after: { 'deployments/web': { spec: { replicas: 2 } } },
    },
    {
      tool: 'kubectl_patch',
      args: {
        resourceType: 'deployment',
        name: 'web',
        namespace: '$NS',
        patchType: 'strategic',
        patchData: { spec: { template: { spec: { containers: [{ name: 'c', image: 'nginx:2' }] } } } },
      },
      says: /patched/i,
      after: { 'deployments/web': { spec: { template: { spec: { containers: [{ image: 'nginx:2' }] } } } } },
    },
    {
      tool: 'kubectl_rollout',
      args: { subCommand: 'pause', resourceType: 'deployment', name: 'web', namespace: '$NS' },
      says: /paused/,
      after: { 'deployments/web': { spec: { paused: true } } },
    },
    {
      tool: 'kubectl_generic',
      args: { command: 'label', resourceType: 'deployment', name: 'web', namespace: '$NS', args: ['tier=front'] },
      says: /labeled/,
      after: { 'deployments/web': { metadata: { labels: { tier: 'front' } } } },
    },
    {
      tool: 'kubectl_delete',
      args: { resourceType: 'deployment', name: 'web', namespace: '$NS' },
      says: /deleted/i,
      after: { 'deployments/web': null },
    },
    {
      tool: 'kubectl_logs',
      args: { resourceType: 'pod', ...POD, tail: 3 },
      says: /INFO GET \/products/,
      simulatorOnly: true,
    },
    { tool: 'exec_in_pod', args: { ...POD, command: ['echo', 'hi there'] }, says: /hi there/, simulatorOnly: true },
    {
      tool: 'node_management',
      args: { operation: 'cordon', nodeName: '$NODE' },
      says: /cordoned/i,
      after: { 'nodes/$NODE': { spec: { unschedulable: true } } },
      simulatorOnly: true,
    },
    {
      tool: 'port_forward',
      args: { resourceType: 'pod', resourceName: '$POD', namespace: 'shop', localPort: 18_431, targetPort: 8080 },
      says: /success/,
      simulatorOnly: true,
    },
    { tool: 'stop_port_forward', args: { id: 'pod-$POD-18431' }, simulatorOnly: true },
    {
      tool: 'install_helm_chart',
      args: { name: 'shop', chart: CHART, namespace: '$NS' },
      says: /installed|success/i,
      after: { 'configmaps/shop': { data: { greeting: 'hello' } } },
    },
    {
      tool: 'upgrade_helm_chart',
      args: { name: 'shop', chart: CHART, namespace: '$NS', values: { greeting: 'bonjour' } },
      says: /upgraded|success/i,
      after: { 'configmaps/shop': { data: { greeting: 'bonjour' } } },
    },
    {
      tool: 'uninstall_helm_chart',
      args: { name: 'shop', namespace: '$NS' },
      says: /uninstalled|success/i,
      after: { 'configmaps/shop': null },
    },
    { tool: 'cleanup' },
  ],
}

const peers = process.env.INTEROP_ALL ? [KUBERNETES_MCP_SERVER, MCP_SERVER_KUBERNETES] : [KUBERNETES_MCP_SERVER]
const isSimulator = inject('isSimulator')

describe.each(peers)('$name', (peer) => {
  const client = new Client({ name: 'interop', version: '1.0.0' })
  const names: Record<string, string> = { $NS: `s-${peer.name}` }
  let sim: Sim | undefined
  let api: Api

  beforeAll(async () => {
    sim = isSimulator ? await startSim('--scenario', 'healthy') : undefined
    const kubeconfig = sim?.kubeconfig ?? inject('kubeconfig')
    api = apiOf(kubeconfig)
    Object.assign(names, await namesIn(kubeconfig, names.$NS!))
    const { command, args, env } = peer.command(kubeconfig)
    await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }))
  })
  afterAll(async () => {
    await client.close()
    await sim?.stop()
  })

  test('has no tool but those that are called here', async () => {
    const { tools } = await client.listTools()

    expect(tools.map(({ name }) => name).toSorted()).toEqual(peer.calls.map(({ tool }) => tool).toSorted())
  })

  for (const { tool, args = {}, says, fails = false, after = {}, simulatorOnly } of peer.calls) {
    test.skipIf(simulatorOnly && !isSimulator)(tool, async () => {
      const result = await client.callTool({ name: tool, arguments: named(args, names) as Record<string, unknown> })
      const text = (result.content as { text?: string }[]).map((part) => part.text ?? '').join('\n')

      expect({ isError: result.isError ?? false, text: result.isError === fails ? '' : text }).toMatchObject({
        isError: fails,
      })
      if (says) expect(text).toMatch(new RegExp(named(says.source.replaceAll('\\$', '$'), names) as string, says.flags))
      for (const [name, part] of Object.entries(after)) {
        await vi.waitFor(async () => {
          const object = await api.object(named(name, names) as string, names.$NS!)
          if (part === null) expect(object).toBeUndefined()
          else expect(object).toMatchObject(part)
        }, 5000)
      }
    })
  }
})

/** A folder with nothing in it but the two binaries. */
function toolsFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tools-'))
  for (const tool of ['kubectl', 'helm'] as const) symlinkSync(stockBinary(tool), path.join(folder, tool))
  return folder
}

async function namesIn(kubeconfig: string, namespace: string): Promise<Record<string, string>> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const core = config.makeApiClient(CoreV1Api)
  await core.createNamespace({ body: { metadata: { name: namespace } } })
  const [nodes, pods] = await Promise.all([core.listNode(), core.listPodForAllNamespaces()])
  const pod = pods.items.find(({ metadata }) => metadata?.name?.startsWith('storefront'))
  return { $NODE: nodes.items[0]!.metadata!.name!, $POD: pod?.metadata?.name ?? '' }
}

function named(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replaceAll(/\$(NODE|POD|NS)/g, (name) => names[name] ?? name)
  if (Array.isArray(value)) return value.map((it) => named(it, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, named(it, names)]))
}
