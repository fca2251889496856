import { beforeEach, describe, expect, test } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { CONFIG_MAP, DEPLOYMENT, kubectlOf, type Kubectl } from './kit.ts'

let kubectl: Kubectl

beforeEach(() => {
  kubectl = kubectlOf(createCluster())
})

async function field(object: string, path: string): Promise<string> {
  return (await kubectl(`get ${object} -o jsonpath={${path}}`)).stdout
}

describe('create', () => {
  test.each([
    ['deployment d --image=nginx', 'deployment.apps/d created\n'],
    ['configmap c --from-literal=a=b', 'configmap/c created\n'],
    ['secret generic s --from-literal=a=b', 'secret/s created\n'],
    ['namespace n', 'namespace/n created\n'],
    ['serviceaccount robot', 'serviceaccount/robot created\n'],
    ['role reader --verb=get,list --resource=pods', 'role.rbac.authorization.k8s.io/reader created\n'],
    ['rolebinding rb --clusterrole=view --user=ada', 'rolebinding.rbac.authorization.k8s.io/rb created\n'],
    ['clusterrole nodes --verb=get --resource=nodes', 'clusterrole.rbac.authorization.k8s.io/nodes created\n'],
    ['job j --image=busybox -- echo hi', 'job.batch/j created\n'],
    ['cronjob cj --image=busybox --schedule=@daily', 'cronjob.batch/cj created\n'],
    ['quota q --hard=pods=3', 'resourcequota/q created\n'],
    ['service clusterip web --tcp=80:8080', 'service/web created\n'],
    ['ingress i --rule=a.example/*=web:80', 'ingress.networking.k8s.io/i created\n'],
    ['pdb p --selector=app=web --min-available=1', 'poddisruptionbudget.policy/p created\n'],
    ['priorityclass high --value=7', 'priorityclass.scheduling.k8s.io/high created\n'],
  ])('makes %s', async (line, stdout) => {
    expect(await kubectl(`create ${line}`)).toEqual({ code: 0, stdout, stderr: '' })
  })

  test('shows what it would make, and makes nothing', async () => {
    const { stdout } = await kubectl('create cm c --from-literal=a=b --dry-run=client -o yaml')

    expect(stdout).toBe('apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: c\n')
    expect((await kubectl('get cm c')).code).toBe(1)
  })

  test('names the file of what it could not make', async () => {
    await kubectl('create -f -', CONFIG_MAP)

    expect(await kubectl('create -f -', CONFIG_MAP)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Error from server (AlreadyExists): error when creating "STDIN": configmaps "settings" already exists\n',
    })
  })

  test('gives out a token', async () => {
    expect((await kubectl('create token default')).stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
  })
})

describe('apply', () => {
  test('creates, leaves alone, and configures', async () => {
    expect((await kubectl('apply -f -', CONFIG_MAP)).stdout).toBe('configmap/settings created\n')
    expect((await kubectl('apply -f -', CONFIG_MAP)).stdout).toBe('configmap/settings unchanged\n')
    expect((await kubectl('apply -f -', CONFIG_MAP.replace('blue', 'red'))).stdout).toBe(
      'configmap/settings configured\n',
    )
  })

  test('takes away what it gave, and keeps what others gave', async () => {
    await kubectl('apply -f -', DEPLOYMENT)
    await kubectl('scale deploy web --replicas=5')
    await kubectl('label deploy web team=a')

    await kubectl('apply -f -', DEPLOYMENT.replace(', env: [{name: A, value: "1"}]', '').replace('  replicas: 2\n', ''))

    expect(await field('deploy web', '.spec.template.spec.containers[0].env')).toBe('')
    expect(await field('deploy web', '.metadata.labels.team')).toBe('a')
  })

  test('by the server tells of conflicts and how to end them', async () => {
    await kubectl('apply --server-side -f -', CONFIG_MAP)

    const { code, stderr } = await kubectl(
      'apply --server-side --field-manager=other -f -',
      CONFIG_MAP.replace('blue', 'red'),
    )

    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: Apply failed with 1 conflict: conflict with "kubectl": \.data\.colour\n/)
  })

  test('warns of an object that it has not made', async () => {
    await kubectl('create -f -', CONFIG_MAP)

    expect((await kubectl('apply -f -', CONFIG_MAP)).stderr).toMatch(
      /^Warning: resource configmaps\/settings is missing the kubectl\.kubernetes\.io\/last-applied-configuration annotation/,
    )
  })
})

describe('changes', () => {
  beforeEach(() => kubectl('apply -f -', DEPLOYMENT))

  test.each([
    ['patch deploy web -p {"spec":{"replicas":3}}', 'deployment.apps/web patched\n', '.spec.replicas', '3'],
    ['patch deploy web -p {}', 'deployment.apps/web patched (no change)\n', '.spec.replicas', '2'],
    ['label deploy web a=b', 'deployment.apps/web labeled\n', '.metadata.labels.a', 'b'],
    ['annotate deploy web a=b', 'deployment.apps/web annotated\n', '.metadata.annotations.a', 'b'],
    ['scale deploy web --replicas=4', 'deployment.apps/web scaled\n', '.spec.replicas', '4'],
    [
      'set image deploy/web nginx=nginx:2',
      'deployment.apps/web image updated\n',
      '.spec.template.spec.containers[0].image',
      'nginx:2',
    ],
    ['set env deploy/web A-', 'deployment.apps/web env updated\n', '.spec.template.spec.containers[0].env', ''],
    [
      'set resources deploy/web --limits=cpu=1',
      'deployment.apps/web resource requirements updated\n',
      '.spec.template.spec.containers[0].resources.limits.cpu',
      '1',
    ],
    ['rollout pause deploy/web', 'deployment.apps/web paused\n', '.spec.paused', 'true'],
  ])('%s', async (line, stdout, path, value) => {
    expect(await kubectl(line)).toEqual({ code: 0, stdout, stderr: '' })
    expect(await field('deploy web', path)).toBe(value)
  })

  test('a label that is there is kept unless it is to be overwritten', async () => {
    await kubectl('label deploy web a=b')

    expect((await kubectl('label deploy web a=c')).stderr).toBe(
      "error: 'a' already has a value (b), and --overwrite is false\n",
    )
    expect((await kubectl('label deploy web a=c --overwrite')).stdout).toBe('deployment.apps/web labeled\n')
  })

  test('replace puts another object there', async () => {
    await kubectl('replace -f -', DEPLOYMENT.replace('replicas: 2', 'replicas: 7'))

    expect(await field('deploy web', '.spec.replicas')).toBe('7')
  })

  test('expose and autoscale make what stands beside it', async () => {
    expect((await kubectl('expose deploy web --port=80')).stdout).toBe('service/web exposed\n')
    expect((await kubectl('autoscale deploy web --max=5 --cpu=80%')).stdout).toBe(
      'horizontalpodautoscaler.autoscaling/web autoscaled\n',
    )
  })
})

describe('delete', () => {
  test('tells what is gone, and from where', async () => {
    await kubectl('create -f -', CONFIG_MAP)

    expect((await kubectl('delete cm settings')).stdout).toBe('configmap "settings" deleted from default namespace\n')
    expect((await kubectl('delete cm settings')).stderr).toBe(
      'Error from server (NotFound): configmaps "settings" not found\n',
    )
  })

  test('needs names, a selector or --all', async () => {
    expect(await kubectl('delete cm')).toMatchObject({
      code: 1,
      stderr: 'error: resource(s) were provided, but no name was specified\n',
    })
  })
})

describe('run', () => {
  test('makes one pod', async () => {
    expect((await kubectl('run p --image=busybox --restart=Never -- sleep 9')).stdout).toBe('pod/p created\n')
    expect(await field('pod p', '.spec.containers[0].args')).toBe('["sleep","9"]')
  })

  test('does not attach, and says so', async () => {
    expect((await kubectl('run p --image=busybox -it')).stderr).toContain('does not attach to a pod it runs')
  })
})
