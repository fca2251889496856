import { describe, expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { CONFIG_MAP, DEPLOYMENT, kubectlOf, shop } from './kit.ts'

describe('describe', () => {
  test('tells of a node with its conditions, pods and what they have asked for', async () => {
    const kubectl = kubectlOf(shop())
    const { stdout: name } = await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')

    const { stdout } = await kubectl(`describe node ${name}`)

    expect(stdout).toMatch(new RegExp(`^Name: {15}${name}\n`))
    expect(stdout).toMatch(/\n {2}Ready +True .* KubeletReady +kubelet is posting ready status/)
    expect(stdout).toMatch(/\nNon-terminated Pods: +\(\d+ in total\)\n {2}Namespace +Name +CPU Requests/)
    expect(stdout).toMatch(
      /\nAllocated resources:\n {2}\(Total limits may be over 100 percent, i\.e\., overcommitted\.\)\n/,
    )
  })

  test('tells of a pod with its containers, volumes and events', async () => {
    const kubectl = kubectlOf(shop())
    const { stdout: name } = await kubectl('get pods -n shop -l app=storefront -o jsonpath={.items[0].metadata.name}')

    const { stdout } = await kubectl(`describe pod -n shop ${name}`)

    expect(stdout).toMatch(/^Name: +storefront-\S+\nNamespace: +shop\n/)
    expect(stdout).toMatch(/\nContainers:\n {2}storefront:\n {4}Container ID: /)
    expect(stdout).toMatch(/\nEvents: +/)
  })

  test('tells of a deployment how it rolls', async () => {
    const kubectl = kubectlOf(createCluster())
    await kubectl('apply -f -', DEPLOYMENT)

    const { stdout } = await kubectl('describe deployment web')

    expect(stdout).toMatch(/\nStrategyType: +RollingUpdate\n/)
    expect(stdout).toMatch(
      /\nPod Template:\n {2}Labels: +app=web\n {2}Containers:\n {3}nginx:\n {4}Image: +nginx:1\.25\n/,
    )
  })

  test('tells of a config map with its data', async () => {
    const kubectl = kubectlOf(createCluster())
    await kubectl('create -f -', CONFIG_MAP)

    const { stdout } = await kubectl('describe cm settings')

    expect(stdout).toBe(
      'Name:         settings\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n\nData\n====\ncolour:\n----\nblue\n\n\nBinaryData\n====\n\nEvents:  <none>\n',
    )
  })

  test('never shows what a secret holds', async () => {
    const kubectl = kubectlOf(createCluster())
    await kubectl('create secret generic door --from-literal=password=hunter2')

    const { stdout } = await kubectl('describe secret door')

    expect(stdout).toContain('\npassword:  7 bytes\n')
    expect(stdout).not.toContain('hunter2')
  })

  test('tells of a kind it does not know by its fields', async () => {
    const { stdout } = await kubectlOf(shop())('describe leases -A')

    expect(stdout).toMatch(/\nSpec:\n( {2}Acquire Time: .*\n)? {2}Holder Identity: +node-/)
  })

  test('takes a prefix of a name when nothing has that name', async () => {
    const { code, stdout } = await kubectlOf(shop())('describe pod storefront -n shop')

    expect(code).toBe(0)
    expect(stdout.match(/^Name: +storefront-/gm)).toHaveLength(2)
  })
})
