import { describe, expect, test } from 'vitest'
import { kubectl, kubectlOf, shop } from './kit.ts'

describe('a flag', () => {
  test.each([
    '-n shop get pods -o name',
    '-nshop get pods -oname',
    'get pods -n=shop -o=name',
    'get --namespace=shop pods --output=name',
    'get pods --namespace shop --output name',
  ])('may be written as in %j', async (line) => {
    const { code, stdout } = await kubectlOf(shop())(line)

    expect(code).toBe(0)
    expect(stdout).toMatch(/^pod\/checkout-\S+\n/)
  })

  test.each([
    ['get pods --foo', "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n"],
    ['get pods -z', "error: unknown shorthand flag: 'z' in -z\nSee 'kubectl get --help' for usage.\n"],
    ['get pods -n', "error: flag needs an argument: 'n' in -n\nSee 'kubectl get --help' for usage.\n"],
    [
      'get pods --watch=maybe',
      'error: invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax\nSee \'kubectl get --help\' for usage.\n',
    ],
  ])('that is wrong in %j is refused in words of kubectl', async (line, stderr) => {
    expect(await kubectl(line)).toEqual({ code: 1, stdout: '', stderr })
  })
})

describe('a command', () => {
  test('that does not exist is refused, with what may have been meant', async () => {
    expect(await kubectl('gett pods')).toMatchObject({
      code: 1,
      stderr: 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n',
    })
  })

  test.each(['proxy', 'edit', 'kustomize', 'completion'])('%s is declined, and the stock one named', async (name) => {
    const { code, stderr } = await kubectl(name)

    expect(code).toBe(1)
    expect(stderr).toContain(`the fake kubectl has no ${name}`)
    expect(stderr).toContain(`With a stock kubectl: kubectl ${name}`)
  })

  test('tells its flags when asked for help', async () => {
    const { code, stdout } = await kubectl('get --help')

    expect(code).toBe(0)
    expect(stdout).toContain('--field-selector')
  })

  test('kubectl alone lists the commands', async () => {
    const { code, stdout } = await kubectl([])

    expect(code).toBe(0)
    expect(stdout).toMatch(/\n {2}rollout +Manage the rollout of a resource\n/)
  })
})
