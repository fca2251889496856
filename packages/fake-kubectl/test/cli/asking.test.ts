import { describe, expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { CONFIG_MAP, kubectlOf, shop } from './kit.ts'

describe('nodes', () => {
  test('are cordoned, drained and taken back', async () => {
    const kubectl = kubectlOf(shop())
    const { stdout: name } = await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')

    expect((await kubectl(`cordon ${name}`)).stdout).toBe(`node/${name} cordoned\n`)
    expect((await kubectl(`get node ${name} --no-headers`)).stdout).toContain('Ready,SchedulingDisabled')
    expect((await kubectl(`uncordon ${name}`)).stdout).toBe(`node/${name} uncordoned\n`)
  })

  test('are tainted', async () => {
    const kubectl = kubectlOf(shop())
    const { stdout: name } = await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')

    expect((await kubectl(`taint node ${name} a=b:NoSchedule`)).stdout).toBe(`node/${name} tainted\n`)
    expect((await kubectl(`taint node ${name} a:NoSchedule-`)).stdout).toBe(`node/${name} untainted\n`)
    expect((await kubectl(`taint node ${name} a:NoSchedule-`)).stderr).toBe('error: taint "a:NoSchedule" not found\n')
  })
})

describe('wait', () => {
  test('ends when the condition is met', async () => {
    const kubectl = kubectlOf(shop())

    const { code, stdout } = await kubectl('wait node --all --for=condition=Ready --timeout=5s')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^(node\/node-\S+ condition met\n){3}$/)
  })

  test('ends with what has not come about', async () => {
    const kubectl = kubectlOf(createCluster())
    await kubectl('create -f -', CONFIG_MAP)

    expect(await kubectl('wait cm/settings --for=condition=Ready --timeout=0')).toMatchObject({ code: 1 })
  })
})

describe('auth', () => {
  test.each([
    ['auth can-i get pods', 0, 'yes\n'],
    ['auth can-i get pods --as=bob', 1, 'no\n'],
    ['auth can-i get pods --as=bob --as-group=system:masters', 0, 'yes\n'],
  ])('%s', async (line, code, stdout) => {
    expect(await kubectlOf(createCluster())(line)).toMatchObject({ code, stdout })
  })

  test('lists the rules of somebody', async () => {
    const { stdout } = await kubectlOf(createCluster())('auth can-i --list --as=bob')

    expect(stdout).toMatch(/^Resources +Non-Resource URLs +Resource Names +Verbs\n/)
    expect(stdout).toMatch(/\nselfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]\n/)
  })

  test('whoami tells who asks', async () => {
    const { stdout } = await kubectlOf(createCluster())('auth whoami --as=bob --as-group=devs')

    expect(stdout).toBe('ATTRIBUTE   VALUE\nUsername    bob\nGroups      [devs system:authenticated]\n')
  })
})

describe('explain', () => {
  test('tells what a field means', async () => {
    const { stdout } = await kubectlOf(createCluster())('explain deploy.spec.replicas')

    expect(stdout).toMatch(
      /^GROUP: {6}apps\nKIND: {7}Deployment\nVERSION: {4}v1\n\nFIELD: replicas <integer>\n\n\nDESCRIPTION:\n/,
    )
  })
})

describe('diff', () => {
  test('shows what an apply would change, and ends with 1', async () => {
    const kubectl = kubectlOf(createCluster(), { env: { PATH: '' } })
    await kubectl('apply -f -', CONFIG_MAP)

    const { code, stdout } = await kubectl('diff -f -', CONFIG_MAP.replace('blue', 'red'))

    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^diff -u -N .*\n--- .*\n\+\+\+ .*\n@@ -1,6 \+1,6 @@\n apiVersion: v1\n data:\n- {2}colour: blue\n\+ {2}colour: red\n/,
    )
    expect((await kubectl('diff -f -', CONFIG_MAP)).code).toBe(0)
  })
})

describe('logs', () => {
  test('prints what the container wrote', async () => {
    const kubectl = kubectlOf(shop())
    const { stdout: name } = await kubectl('get pods -n shop -l app=storefront -o jsonpath={.items[0].metadata.name}')

    const { stdout } = await kubectl(`logs -n shop ${name} --tail=2`)

    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  test('of several pods carry their names', async () => {
    const { stdout } = await kubectlOf(shop())('logs -n shop -l app=storefront --prefix --tail=1')

    expect(stdout).toMatch(/^\[pod\/storefront-\S+\/storefront\] /)
  })
})

describe('what the server has', () => {
  test('is listed by api-resources', async () => {
    const { stdout } = await kubectlOf(createCluster())('api-resources --api-group=apps')

    expect(stdout).toMatch(/^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND\n/)
    expect(stdout).toMatch(/\ndeployments +deploy +apps\/v1 +true +Deployment\n/)
  })

  test('is told by version', async () => {
    expect((await kubectlOf(createCluster())('version')).stdout).toBe(
      'Client Version: v1.36.3\nKustomize Version: v5.8.1\nServer Version: v1.36.2\n',
    )
  })
})
