/**
 * kubectl in this process, on a cluster in this process, in virtual time.
 */
import { drive, kubectlPorts, type Cluster } from '@mcp-lab/fake-kubectl'
import { run } from '@mcp-lab/fake-kubectl/kubectl'

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** @param token whose command it is; the admin's when absent */
export async function kubectl(
  cluster: Cluster,
  argv: readonly string[],
  { token, stdin = '' }: { token?: string | undefined; stdin?: string } = {},
): Promise<Ran> {
  const decoder = new TextDecoder()
  let stdout = ''
  let stderr = ''
  const work = run([...(token === undefined ? [] : [`--token=${token}`]), ...argv], {
    ...kubectlPorts(cluster),
    stdout: (text) => void (stdout += typeof text === 'string' ? text : decoder.decode(text)),
    stderr: (text) => void (stderr += text),
    stdin: () => Promise.resolve(stdin),
    env: {},
    cwd: '/',
    kubeconfigs: [],
    now: () => cluster.clock.now(),
    wait: (ms) => cluster.clock.sleep(ms),
    signal: new AbortController().signal,
  })
  const code = await drive(cluster, work)
  return { code, stdout, stderr }
}
