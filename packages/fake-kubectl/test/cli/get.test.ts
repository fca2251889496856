import { describe, expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { CONFIG_MAP, kubectlOf, shop } from './kit.ts'

const kubectl = kubectlOf(shop())

describe('get', () => {
  test('lines up the columns that the server names', async () => {
    const { stdout } = await kubectl('get nodes')

    const [head = '', ...rows] = stdout.trimEnd().split('\n')
    expect(head.split(/ +/)).toEqual(['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION'])
    expect(rows.map((row) => row.indexOf('Ready'))).toEqual(rows.map(() => head.indexOf('STATUS')))
  })

  test('shows namespaces, labels and the kind where they are asked for', async () => {
    const { stdout } = await kubectl('get pods,nodes -A --show-labels -L app')

    expect(stdout).toMatch(/^NAMESPACE +NAME +READY .* APP +LABELS\n/)
    expect(stdout).toMatch(/\nshop +pod\/storefront-\S+ .* storefront +\S*app=storefront/)
    expect(stdout).toMatch(/\n +node\/node-\S+/)
  })

  test.each([
    ['get pods', 'No resources found in default namespace.\n'],
    ['get pods -A -l app=nothing', 'No resources found\n'],
  ])('says of %j that there is nothing, and is not failed', async (line, stderr) => {
    expect(await kubectl(line)).toEqual({ code: 0, stdout: '', stderr })
  })

  test.each([
    ['get pod nope', 'Error from server (NotFound): pods "nope" not found\n'],
    ['get nosuch', 'error: the server doesn\'t have a resource type "nosuch"\n'],
    [
      'get pods -o foo',
      expect.stringContaining('error: unable to match a printer suitable for the output format "foo"'),
    ],
    [
      'get pods --field-selector=spec.foo=bar',
      expect.stringContaining(
        'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector',
      ),
    ],
  ])('fails at %j as kubectl does', async (line, stderr) => {
    expect(await kubectl(line)).toEqual({ code: 1, stdout: '', stderr })
  })

  test('finds nothing without a word when that is wanted', async () => {
    expect(await kubectl('get pod nope --ignore-not-found')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('takes lists in chunks and shows one table', async () => {
    const whole = await kubectl('get pods -A')

    expect(await kubectl('get pods -A --chunk-size=2')).toEqual(whole)
  })

  test('sorts by a field', async () => {
    const { stdout } = await kubectl(
      'get pods -A --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name',
    )

    const names = stdout.trimEnd().split('\n')
    expect(names).toEqual(names.toSorted())
  })

  test('asks for a raw path', async () => {
    expect(await kubectl('get --raw /healthz')).toEqual({ code: 0, stdout: 'ok', stderr: '' })
  })

  test('shows objects as a file names them', async () => {
    const kubectl = kubectlOf(createCluster())
    await kubectl('create -f -', CONFIG_MAP)

    expect((await kubectl('get -f - -o name', CONFIG_MAP)).stdout).toBe('configmap/settings\n')
  })
})

describe('an object', () => {
  const made = async (...format: string[]): Promise<string> => {
    const kubectl = kubectlOf(createCluster())
    await kubectl(
      'create -f -',
      `${CONFIG_MAP}  \n---\n${CONFIG_MAP.replace('settings', 'other').replace('blue', '"yes"')}`,
    )
    const { stdout } = await kubectl(['get', 'cm', 'settings', 'other', ...format])
    return stdout
  }

  test('is printed as YAML with keys in order and text quoted where it must be', async () => {
    const yaml = await made('-o', 'yaml')

    expect(yaml).toMatch(
      /^apiVersion: v1\nitems:\n- apiVersion: v1\n {2}data:\n {4}colour: blue\n {2}kind: ConfigMap\n/,
    )
    expect(yaml).toContain('    colour: "yes"\n')
    expect(yaml).toMatch(/\nkind: List\nmetadata:\n {2}resourceVersion: ""\n$/)
  })

  test.each([
    ['jsonpath={.items[*].data.colour}', 'blue yes'],
    [
      'jsonpath={range .items[*]}{.metadata.name}={.data}{"\\n"}{end}',
      'settings={"colour":"blue"}\nother={"colour":"yes"}\n',
    ],
    ['jsonpath={.items[?(@.data.colour=="yes")].metadata.name}', 'other'],
    ['go-template={{range $i, $it := .items}}{{$i}} {{$it.metadata.name}} {{end}}', '0 settings 1 other '],
    ['go-template={{len .items}}{{if eq (len .items) 2}}!{{else}}?{{end}}', '2!'],
    ['custom-columns=NAME:.metadata.name,X:.nope', 'NAME       X\nsettings   <none>\nother      <none>\n'],
    ['name', 'configmap/settings\nconfigmap/other\n'],
  ])('is printed as %s', async (format, text) => {
    expect(await made('-o', format)).toBe(text)
  })
})

describe('a watch', () => {
  test('shows what is there, then what changes', async () => {
    const cluster = createCluster()
    const kubectl = kubectlOf(cluster)
    await kubectl('create -f -', CONFIG_MAP)
    let text = ''
    let wake = (): void => undefined
    const stdout = (more: string | Uint8Array): void => {
      text += String(more)
      wake()
    }
    const shown = (word: string): Promise<void> =>
      new Promise((resolve) => {
        wake = () => text.includes(word) && resolve()
        wake()
      })
    const stop = new AbortController()
    const fetch = (request: Request): Promise<Response> => cluster.fetch(request)

    const watch = kubectlOf(cluster, { fetch, stdout, signal: stop.signal })('get cm -w --no-headers')
    await shown('settings')
    await kubectl('create cm late --from-literal=a=b')
    await shown('late')
    stop.abort()
    await watch

    expect(text).toMatch(/^kube-root-ca\.crt +1 +\S+\nsettings +1 +\S+\nlate +1 +\S+\n/)
  })
})
