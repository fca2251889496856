/** The fake kubectl on a cluster in this process. Not a test itself. */
import { createCluster, drive, kubectlPorts, loadWorld, type Cluster } from '../../src/index.ts'
import { run, type Ports } from '../../src/kubectl.ts'

export type Said = { code: number; stdout: string; stderr: string }
export type Kubectl = (line: string | readonly string[], stdin?: string) => Promise<Said>

export function shop(): Cluster {
  return createCluster({ world: loadWorld('healthy'), seed: 1 })
}

/** Waiting lets the cluster's time pass. */
export function kubectlOf(cluster: Cluster, ports: Partial<Ports> = {}): Kubectl {
  return (line, stdin = '') =>
    kubectl(line, {
      ...kubectlPorts(cluster),
      fetch: (request) => drive(cluster, cluster.fetch(request)),
      now: () => cluster.clock.now(),
      wait: async (ms) => cluster.advance(`${ms}ms`),
      stdin: async () => stdin,
      ...ports,
    })
}

/** @param line words with spaces between them, or the words themselves */
export async function kubectl(line: string | readonly string[], ports: Partial<Ports> = {}): Promise<Said> {
  let [stdout, stderr] = ['', '']
  const decoder = new TextDecoder()
  const code = await run(typeof line === 'string' ? line.split(' ') : line, {
    stdout: (text) => void (stdout += typeof text === 'string' ? text : decoder.decode(text)),
    stderr: (text) => void (stderr += text),
    stdin: async () => '',
    env: {},
    cwd: import.meta.dirname,
    kubeconfigs: [],
    now: Date.now,
    wait: async () => undefined,
    signal: new AbortController().signal,
    ...ports,
  })
  return { code, stdout, stderr }
}

export const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: blue}\n'

export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: nginx, image: "nginx:1.25", env: [{name: A, value: "1"}]}
`
