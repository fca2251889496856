/** Whatever a client sends is answered; what is wrong with it is the client's fault, and said so. */
import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BUILT_IN } from '../src/api/kinds/built-in.ts'
import { apiVersionOf, type ResourceType } from '../src/api/kinds/row.ts'
import { createSchema, type SchemaFile } from '../src/api/schema.ts'
import { createCluster } from '../src/index.ts'
import { ask, send, TABLE } from './kit.ts'
import { objectOf } from './typed-objects.ts'

const file = readFileSync(new URL('../src/schema/kubernetes.json', import.meta.url), 'utf8')
const schema = createSchema(JSON.parse(file) as SchemaFile)
const typeOf = ({ group, version, kind }: ResourceType) => schema.kind(group, version, kind)

/** What the real server answers with 500, too: a list of which the items have no key. */
const HONEST_500 = /merge key|typed|associative list|resourceVersion should not be set/

test('an object of the right types, however odd, is stored or refused, changed or refused, and shown', async () => {
  const rows = BUILT_IN.filter((row) => row.verbs.includes('create') && typeOf(row))
  const writes = fc
    .constantFrom(...rows)
    .chain((row) => fc.tuple(fc.constant(row), objectOf(typeOf(row)!), objectOf(typeOf(row)!)))
  const cluster = createCluster()
  let count = 0

  await fc.assert(
    fc.asyncProperty(writes, async ([row, object, change]) => {
      const root = row.group === '' ? `/api/${row.version}` : `/apis/${row.group}/${row.version}`
      const path = `${root}${row.namespaced ? '/namespaces/default' : ''}/${row.plural}`
      const name = `n${(count += 1)}`
      const body = (it: object) => ({ ...it, kind: row.kind, apiVersion: apiVersionOf(row), metadata: { name } })

      const answers = [
        await send(cluster, 'POST', path, body(object)),
        await send(cluster, 'PATCH', `${path}/${name}`, body(change), patch('merge-patch+json')),
        await send(cluster, 'PATCH', `${path}/${name}`, body(change), patch('strategic-merge-patch+json')),
        await send(cluster, 'PATCH', `${path}/${name}?fieldManager=m`, body(change), patch('apply-patch+yaml')),
        await ask(cluster, path, { headers: TABLE }),
      ]

      const faults = answers.filter(({ code, text }) => code >= 500 && !HONEST_500.test(text))
      expect(faults.map(({ text }) => text)).toEqual([])
    }),
    { numRuns: 150 },
  )
  cluster.advance('10m') // Whatever was stored, controllers and kubelets live with it.
}, 60_000)

function patch(type: string): Record<string, string> {
  return { 'content-type': `application/${type}` }
}
