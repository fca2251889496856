/** Short words for the tests: ask a cluster, read the answer. Not a test itself. */
import type { Cluster, KubeObject } from '../src/index.ts'

export type Answer = { code: number; body: any; text: string; headers: Headers }

export async function ask(cluster: Cluster, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await cluster.fetch(new Request(`https://cluster${path}`, init))
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return {
    code: response.status,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
    text,
    headers: response.headers,
  }
}

export function send(
  cluster: Cluster,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return ask(cluster, path, { method, body: text, headers: { 'content-type': 'application/json', ...headers } })
}

export const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }

export function configMap(name: string, data: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
}

export function pod(name: string, namespace = 'default', more: object = {}): KubeObject {
  const spec = { containers: [{ name: 'app', image: 'registry.example/app:1' }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec, ...more }
}

/** The next events of a watch, without waiting longer than there is something to read. */
export async function firstEvents(response: Response, count: number): Promise<any[]> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (text.split('\n').length - 1 < count) {
    const { value, done } = await reader.read()
    if (done) break
    text += value
  }
  await reader.cancel()
  return text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}
