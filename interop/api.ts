/**
 * Reads a cluster's state straight from its API, beside the client under test.
 */
import { request } from 'node:https'
import { request as plainRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { KubeConfig } from '@kubernetes/client-node'

export type Json = { readonly [key: string]: unknown }
export type Api = {
  /** What a GET of the path answers; nothing when it is 404. */
  get(path: string): Promise<Json | undefined>
  /** An object by `configmaps/lit`, in a namespace where its kind has one. */
  object(name: string, namespace: string): Promise<Json | undefined>
}

type Discovery = {
  items: {
    metadata: { name?: string }
    versions: { version: string; resources: { resource: string; scope: string }[] }[]
  }[]
}
type Resource = { readonly root: string; readonly namespaced: boolean }

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

export function apiOf(kubeconfig: string): Api {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const server = config.getCurrentCluster()!.server

  const get = async (path: string, accept = 'application/json'): Promise<Json | undefined> => {
    const options = { headers: { accept } }
    await config.applyToHTTPSOptions(options)
    const send = server.startsWith('https:') ? request : plainRequest
    const { promise, resolve, reject } = Promise.withResolvers<Json | undefined>()
    send(new URL(path, server), options, (answer) => {
      text(answer).then((body) => {
        if (answer.statusCode === 200) resolve(JSON.parse(body) as Json)
        else if (answer.statusCode === 404) resolve(undefined)
        else reject(new Error(`GET ${path}: ${answer.statusCode} ${body}`))
      }, reject)
    })
      .on('error', reject)
      .end()
    return promise
  }
  const discover = async (): Promise<Map<string, Resource>> => {
    const [core, groups] = await Promise.all([get('/api', DISCOVERY), get('/apis', DISCOVERY)])
    return new Map([...resourcesOf(groups as Discovery | undefined), ...resourcesOf(core as Discovery | undefined)])
  }
  let resources: Map<string, Resource> | undefined

  return {
    get,
    async object(name, namespace) {
      const [plural = '', ...rest] = name.split('/')
      resources ??= await discover()
      // A kind that a CustomResourceDefinition has brought since.
      if (!resources.has(plural)) resources = await discover()
      const found = resources.get(plural)
      if (found === undefined) return undefined
      const within = found.namespaced ? `/namespaces/${namespace}` : ''
      return get(`${found.root}${within}/${plural.split('.')[0]}/${rest.join('/')}`)
    },
  }
}

/** By plural, and by `plural.group` for those of two groups; a group's first version is the preferred one. */
function resourcesOf(list: Discovery | undefined): [string, Resource][] {
  return (list?.items ?? []).flatMap(({ metadata: { name = '' }, versions }) =>
    versions.toReversed().flatMap(({ version, resources }) =>
      resources.flatMap(({ resource, scope }): [string, Resource][] => {
        const found = {
          root: name === '' ? `/api/${version}` : `/apis/${name}/${version}`,
          namespaced: scope === 'Namespaced',
        }
        return [
          [resource, found],
          [`${resource}.${name}`, found],
        ]
      }),
    ),
  )
}
