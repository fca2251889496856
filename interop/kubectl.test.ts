/**
 * Stock kubectl against `pnpm sim`: it sees the lab's cluster and cannot tell that no machine is behind it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSim, type Sim } from './sim.ts'
import { stockKubectl, type Kubectl } from './stock-kubectl.ts'

let sim: Sim
let kubectl: Kubectl

beforeAll(async () => {
  sim = await startSim('--scenario', 'disk-pressure', '--seed', '7')
  kubectl = stockKubectl(sim.kubeconfig)
})

afterAll(() => sim.stop())

describe('stock kubectl', () => {
  test('is the concrete version that the lockfile pins', async () => {
    const { stdout } = await kubectl('version')

    expect(stdout).toMatch(/Client Version: v1\.36\.\d+/)
    expect(stdout).toMatch(/Server Version: v1\.36\.\d+/)
  })

  test('gets nodes and pods of all namespaces in real tables', async () => {
    const { code, stdout, stderr } = await kubectl('get', 'nodes,pods', '-A')

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/NAME +STATUS +ROLES +AGE +VERSION\nnode\/node-\w+ +Ready/)
    expect(stdout).toMatch(/NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE/)
    expect(stdout).toMatch(/shop +pod\/\S+ +1\/1 +Running/)
    expect(stdout).not.toContain('<invalid>')
  })

  test('shows the wide columns', async () => {
    const { stdout } = await kubectl('get', 'nodes', '-o', 'wide')

    expect(stdout).toMatch(/INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME/)
  })

  test('describes a node with its conditions and the pods on it', async () => {
    const node = await firstName('nodes')

    const { code, stdout, stderr } = await kubectl('describe', 'node', node)

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/Conditions:[\s\S]*DiskPressure[\s\S]*Ready/)
    expect(stdout).toMatch(/Non-terminated Pods: +\(\d+ in total\)/)
    expect(stdout).not.toMatch(/<invalid>|Failed to get lease/)
  })

  test('describes a pod with its container and its events', async () => {
    const pod = await firstName('pods', '-n', 'shop')

    const { code, stdout } = await kubectl('describe', 'pod', pod, '-n', 'shop')

    expect(code).toBe(0)
    expect(stdout).toMatch(/Status: +Running/)
    expect(stdout).toMatch(/Container ID: +containerd:\/\//)
    expect(stdout).toMatch(/Events:/)
  })

  test('reads the logs of a pod', async () => {
    const pod = await firstName('pods', '-n', 'shop')

    const { code, stdout } = await kubectl('logs', pod, '-n', 'shop', '--tail', '2')

    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  })

  test('reads a kubelet through the proxy of its node', async () => {
    const node = await firstName('nodes')

    const { stdout } = await kubectl('get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`)

    expect((JSON.parse(stdout) as { node: { nodeName: string } }).node.nodeName).toBe(node)
  })

  test('is told in the real words that a pod does not exist', async () => {
    const { code, stderr } = await kubectl('get', 'pod', 'nope', '-n', 'shop')

    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Error from server (NotFound): pods "nope" not found\n' })
  })

  // Recorded from kubectl 1.36.3 against a real kube-apiserver 1.36.2.
  test.each([
    [
      'get pods -l a\u00a0b',
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "a b", field selector "": unable to parse requirement: found \'b\', expected: in, notin, =, ==, !=, gt, lt',
    ],
    [
      'get pods --field-selector=spec.foo=bar',
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.foo=bar": field label not supported: spec.foo',
    ],
    ['get nosuchkind', 'error: the server doesn\'t have a resource type "nosuchkind"'],
    ['get --raw /nosuch', 'Error from server (NotFound): the server could not find the requested resource'],
    ['logs nope', 'error: error from server (NotFound): pods "nope" not found in namespace "default"'],
    [
      'get nodes --as=bob',
      'Error from server (Forbidden): nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope',
    ],
  ])('%s fails in the words of a real cluster', async (command, said) => {
    const { code, stdout, stderr } = await kubectl(...command.split(' ').map((word) => word.replace('\u00a0', ' ')))

    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `${said}\n` })
  })

  test('acts for each --as-group by itself', async () => {
    const { code } = await kubectl('get', 'nodes', '--as=bob', '--as-group=ops', '--as-group=system:masters')

    expect(code).toBe(0)
  })

  test('selects by label and by field', async () => {
    const node = await firstName('nodes')

    const onNode = await kubectl('get', 'pods', '-A', '--field-selector', `spec.nodeName=${node}`, '-o', 'name')
    const none = await kubectl('get', 'pods', '-A', '-l', 'app=no-such-app')

    expect(onNode.stdout).toMatch(/^pod\//m)
    expect(none.stderr).toBe('No resources found\n')
  })
})

async function firstName(...query: string[]): Promise<string> {
  const { stdout } = await kubectl('get', ...query, '-o', 'jsonpath={.items[0].metadata.name}')
  return stdout
}
