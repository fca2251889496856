/** The three kinds of patch, subresources, `label`, `annotate`, `set`, `scale`, `edit` and `replace`. */
import { script } from '../script.ts'

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: nginx, image: "nginx:1.25", ports: [{ containerPort: 80 }], env: [{ name: A, value: "1" }] }
      tolerations: [{ key: a, operator: Exists }]
      volumes: [{ name: tmp, emptyDir: {} }]
`
const containers = (...them: object[]): object => ({ spec: { template: { spec: { containers: them } } } })

script('patch', [
  {
    run: 'create -f web.yaml',
    files: { 'web.yaml': web },
    prints: 'deployment.apps/web created',
    after: { 'deployments/web': { metadata: { generation: 1 } } },
  },
  {
    run: `patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox"}]}}}}'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': containers({ name: 'side' }, { name: 'nginx', image: 'nginx:1.25' }) },
  },
  {
    run: `patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","env":[{"name":"B","value":"2"}]}]}}}}'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': containers({ name: 'side' }, { name: 'nginx', env: [{ name: 'B' }, { name: 'A' }] }) },
  },
  {
    run: `patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': containers({ name: 'nginx' }) },
  },
  {
    run: `patch deploy web -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"b","operator":"Exists"}]}}}}'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': { spec: { template: { spec: { tolerations: [{ key: 'b' }] } } } } },
  },
  {
    run: `patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","env":[{"$patch":"replace"},{"name":"C","value":"3"}]}]}}}}'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': containers({ env: [{ name: 'C', value: '3' }] }) },
  },
  {
    run: `patch deploy web -p '{"spec":{"template":{"spec":{"volumes":[{"name":"tmp","emptyDir":null,"configMap":{"name":"x"},"$retainKeys":["name","configMap"]}]}}}}'`,
    prints: 'deployment.apps/web patched',
    after: {
      'deployments/web': {
        spec: { template: { spec: { volumes: [{ name: 'tmp', configMap: { name: 'x', defaultMode: 420 } }] } } },
      },
    },
  },
  {
    run: `patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}'`,
    code: 1,
    err: /map: map\[image:x\] does not contain declared merge key: name/,
  },
  {
    run: `patch deploy web --type=merge -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:9"}]}}}}'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': containers({ name: 'nginx', image: 'nginx:9' }) },
  },
  { run: 'get deploy web -o jsonpath={.spec.template.spec.containers[0].ports}', prints: '' },
  {
    run: `patch deploy web --type=json -p '[{"op":"test","path":"/spec/replicas","value":0},{"op":"add","path":"/metadata/labels/x~1y","value":"z"},{"op":"copy","from":"/metadata/labels/app","path":"/metadata/labels/copy"},{"op":"move","from":"/metadata/labels/copy","path":"/metadata/labels/moved"}]'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': { metadata: { labels: { app: 'web', 'x/y': 'z', moved: 'web' } } } },
  },
  {
    run: `patch deploy web --type=json -p '[{"op":"remove","path":"/spec/nosuch"}]'`,
    code: 1,
    err: 'The request is invalid: the server rejected our request due to an error in our request',
  },
  { run: `patch deploy web --type=json -p '{"op":"remove"}'`, code: 1, err: /cannot unmarshal object into Go value/ },
  {
    run: `patch deploy web -p '{"spec":{"replicas":"three"}}'`,
    code: 1,
    err: /cannot restore slice from map|unrecognized type: int32|cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32/,
  },
  {
    run: `patch deploy web -p '{"metadata":{"labels":{"x/y":null}}}' -o jsonpath={.metadata.labels}`,
    prints: '{"app":"web","moved":"web"}',
  },
  { run: `patch deploy web -p '{"spec":{"replicas":0}}'`, prints: 'deployment.apps/web patched (no change)' },
  {
    run: `patch deploy web --dry-run=server -p '{"spec":{"minReadySeconds":5}}' -o jsonpath={.spec.minReadySeconds}`,
    prints: '5',
    after: { 'deployments/web': { spec: { replicas: 0 } } },
  },
  {
    run: `patch -f web.yaml -p '{"spec":{"minReadySeconds":7}}'`,
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': { spec: { minReadySeconds: 7 } } },
  },
  {
    run: 'patch deploy web --patch-file p.yaml',
    files: { 'p.yaml': 'spec:\n  paused: true\n' },
    prints: 'deployment.apps/web patched',
    after: { 'deployments/web': { spec: { paused: true } } },
  },
  {
    run: `patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":1}}'`,
    prints: 'scale.autoscaling/web patched',
    after: {
      'deployments/web': { spec: { replicas: 1 } },
      'deployments/web/scale': { kind: 'Scale', spec: { replicas: 1 }, status: { selector: 'app=web' } },
    },
  },
  { run: 'get deploy web --subresource=scale -o jsonpath={.kind}/{.spec.replicas}', prints: 'Scale/1' },
  {
    run: `patch deploy web --subresource=status --type=merge -p '{"metadata":{"labels":{"not":"here"}},"spec":{"replicas":7}}'`,
    out: 'deployment.apps/web patched',
    after: { 'deployments/web': { spec: { replicas: 1 } } },
  },
  { run: 'get deploy web -o jsonpath={.metadata.labels.not}', prints: '' },
  {
    run: `patch ns $NS --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Odd","status":"True","reason":"R","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}'`,
    prints: 'namespace/$NS patched',
    after: { 'namespaces/$NS': { status: { phase: 'Active', conditions: [{ type: 'Odd' }] } } },
  },
  { run: `patch svc nope -p '{}'`, code: 1, err: 'Error from server (NotFound): services "nope" not found' },
  {
    run: `patch deploy web --type=nosuch -p '{}'`,
    code: 1,
    err: '--type must be one of [json merge strategic], not "nosuch"',
  },

  {
    run: 'scale deploy web --replicas=0',
    prints: 'deployment.apps/web scaled',
    after: { 'deployments/web': { spec: { replicas: 0 } } },
  },
  {
    run: 'scale deploy web --replicas=2 --current-replicas=5',
    code: 1,
    err: 'error: Expected replicas to be 5, was 0',
  },
  {
    run: 'scale deploy web --replicas=-1',
    code: 1,
    err: 'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
  },
  { run: 'scale cm x --replicas=1', code: 1, err: /configmaps "x" not found|could not find the requested resource/ },
  {
    run: 'set image deploy/web nginx=nginx:1.27',
    prints: 'deployment.apps/web image updated',
    after: { 'deployments/web': containers({ image: 'nginx:1.27' }) },
  },
  { run: 'set image deploy/web nope=x', code: 1, err: 'error: unable to find container named "nope"' },
  {
    run: 'set env deploy/web D=4',
    prints: 'deployment.apps/web env updated',
    after: { 'deployments/web': containers({ env: [{ name: 'D', value: '4' }] }) },
  },
  { run: 'set env deploy/web --list', out: ['# Deployment web, container nginx', 'D=4'] },
  { run: 'set env deploy/web D-', prints: 'deployment.apps/web env updated' },
  {
    run: 'set resources deploy/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m',
    prints: 'deployment.apps/web resource requirements updated',
    after: {
      'deployments/web': containers({
        resources: { limits: { cpu: '200m', memory: '512Mi' }, requests: { cpu: '100m' } },
      }),
    },
  },
  {
    run: 'set resources deploy/web --limits=cpu=50m --requests=cpu=100m',
    code: 1,
    err: 'spec.template.spec.containers[0].resources.requests: Invalid value: "100m": must be less than or equal to cpu limit of 50m',
  },
  {
    run: 'set serviceaccount deploy/web default',
    prints: 'deployment.apps/web serviceaccount updated',
    after: {
      'deployments/web': { spec: { template: { spec: { serviceAccountName: 'default', serviceAccount: 'default' } } } },
    },
  },
  { run: 'create role set --verb=get --resource=pods', out: 'created' },
  { run: 'create rolebinding set --role=set --user=ann', out: 'created' },
  {
    run: 'set subject rolebinding set --user=bob',
    prints: 'rolebinding.rbac.authorization.k8s.io/set subjects updated',
    after: { 'rolebindings/set': { subjects: [{ name: 'ann' }, { name: 'bob' }] } },
  },
  { run: 'rollout resume deploy/web', prints: 'deployment.apps/web resumed' },
  {
    run: 'rollout pause deploy/web',
    prints: 'deployment.apps/web paused',
    after: { 'deployments/web': { spec: { paused: true } } },
  },
  { run: 'rollout pause deploy/web', code: 1, err: 'error: deployments.apps "web" is already paused' },
  { run: 'rollout restart deploy/web', code: 1, err: "can't restart paused deployment (run rollout resume first)" },
  { run: 'rollout resume deploy/web', prints: 'deployment.apps/web resumed' },
  { run: 'rollout restart deploy/web', prints: 'deployment.apps/web restarted' },

  {
    run: 'label deploy web tier=front',
    prints: 'deployment.apps/web labeled',
    after: { 'deployments/web': { metadata: { labels: { tier: 'front' } } } },
  },
  {
    run: 'label deploy web tier=back',
    code: 1,
    err: "error: 'tier' already has a value (front), and --overwrite is false",
  },
  {
    run: 'label deploy web tier=back --overwrite',
    prints: 'deployment.apps/web labeled',
    after: { 'deployments/web': { metadata: { labels: { tier: 'back' } } } },
  },
  { run: 'label deploy web tier=back', prints: 'deployment.apps/web not labeled' },
  { run: 'label deploy web tier-', prints: 'deployment.apps/web unlabeled' },
  { run: 'label deploy web nosuch-', out: 'label "nosuch" not found.', err: /^$|not found/ },
  { run: 'label deploy --all --list', out: ['app=web'] },
  {
    run: 'label deploy -l app=web seen=yes --resource-version=1',
    code: 1,
    err: /--resource-version may only be used with a single resource|the object has been modified/,
  },
  {
    run: "annotate deploy web note='a b'",
    prints: 'deployment.apps/web annotated',
    after: { 'deployments/web': { metadata: { annotations: { note: 'a b' } } } },
  },
  {
    run: 'annotate deploy web note=c',
    code: 1,
    err: "error: --overwrite is false but found the following declared annotation(s): 'note' already has a value (a b)",
  },
  { run: 'annotate deploy web note-', prints: 'deployment.apps/web annotated' },

  {
    run: 'edit deploy web',
    env: { EDITOR: 'sh edit.sh' },
    files: { 'edit.sh': '#!/bin/sh\nsed -i \'s/minReadySeconds: 7/minReadySeconds: 8/\' "$1"\n' },
    prints: 'deployment.apps/web edited',
    after: { 'deployments/web': { spec: { minReadySeconds: 8 } } },
  },
  { run: 'edit deploy web', env: { EDITOR: 'true' }, prints: '', err: 'Edit cancelled, no changes made.' },
  {
    run: 'edit deploy web -o json --output-patch',
    env: { EDITOR: 'sh json.sh' },
    files: { 'json.sh': '#!/bin/sh\nsed -i \'s/"minReadySeconds": 8/"minReadySeconds": 9/\' "$1"\n' },
    out: 'Patch: {"spec":{"minReadySeconds":9}}',
    after: { 'deployments/web': { spec: { minReadySeconds: 9 } } },
  },
  {
    run: 'edit deploy web',
    env: { EDITOR: 'sh bad.sh' },
    files: {
      'bad.sh': '#!/bin/sh\ngrep -q "was not valid" "$1" || sed -i "s/minReadySeconds: 9/minReadySeconds: -1/" "$1"\n',
    },
    code: 1,
    err: ['error: deployments.apps "web" is invalid', 'error: Edit cancelled, no valid changes were saved.'],
    after: { 'deployments/web': { spec: { minReadySeconds: 9 } } },
  },

  {
    run: 'replace -f cm.yaml',
    files: { 'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "1" }\n' },
    code: 1,
    err: 'Error from server (NotFound): error when replacing "cm.yaml": configmaps "c" not found',
  },
  { run: 'create -f cm.yaml --save-config', prints: 'configmap/c created' },
  {
    run: 'replace -f cm2.yaml',
    files: { 'cm2.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { b: "2" }\n' },
    prints: 'configmap/c replaced',
  },
  { run: 'get cm c -o jsonpath={.data}', prints: '{"b":"2"}' },
  {
    run: 'replace --force -f cm.yaml',
    out: ['configmap "c" deleted', 'configmap/c replaced'],
    err: /^$|Warning/,
    after: { 'configmaps/c': { data: { a: '1' } } },
  },
  {
    run: 'replace -f stale.yaml',
    files: {
      'stale.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, resourceVersion: "1" }\ndata: { b: "3" }\n',
    },
    code: 1,
    err: 'Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again',
  },
])
