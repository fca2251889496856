/** `apply` on the client and on the server, `diff`, conflicts of field managers. */
import { script } from '../script.ts'

const deployment = (more: string, env = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 0
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: nginx
          image: nginx:1.25
          ${env}
        ${more}
`
const cm = (data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: ${data}\n`
const ss = (data: string): string => cm(data).replace('name: c ', 'name: s ')

script('apply', [
  {
    run: 'apply -f c.yaml',
    files: { 'c.yaml': cm('{ a: "1", b: "2" }') },
    prints: 'configmap/c created',
    after: { 'configmaps/c': { data: { a: '1', b: '2' } } },
  },
  { run: 'apply -f c.yaml', prints: 'configmap/c unchanged' },
  {
    run: 'diff -f c2.yaml',
    files: { 'c2.yaml': cm('{ a: "1", c: "3" }') },
    code: 1,
    out: [/^-\s+b: "2"$/m, /^\+\s+c: "3"$/m],
  },
  { run: 'diff -f c.yaml', prints: '' },
  {
    run: 'apply -f c2.yaml --dry-run=server',
    prints: 'configmap/c configured (server dry run)',
    after: { 'configmaps/c': { data: { b: '2' } } },
  },
  { run: 'apply -f c2.yaml --dry-run=client -o name', prints: 'configmap/c' },
  { run: 'patch cm c -p \'{"data":{"theirs":"kept"}}\'', prints: 'configmap/c patched' },
  { run: 'apply -f c2.yaml', prints: 'configmap/c configured' },
  { run: 'get cm c -o jsonpath={.data}', prints: '{"a":"1","c":"3","theirs":"kept"}' },
  { run: 'apply view-last-applied cm/c', out: ['data:', 'c: "3"'] },
  { run: 'apply set-last-applied -f c.yaml', prints: 'configmap/c configured' },
  { run: 'apply -f c.yaml -o jsonpath={.data.b}', prints: '2' },
  { run: 'create cm plain --from-literal=a=1', out: 'created' },
  {
    run: 'apply -f plain.yaml',
    files: { 'plain.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plain }\ndata: { a: "2" }\n' },
    prints: 'configmap/plain configured',
    err: 'Warning: resource configmaps/plain is missing the kubectl.kubernetes.io/last-applied-configuration annotation',
  },
  {
    run: 'apply -f list.yaml',
    files: {
      'list.yaml': `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: { name: l1, labels: { set: one } }\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: { name: l2, labels: { set: two } }\n`,
    },
    prints: 'configmap/l1 created\nconfigmap/l2 created',
  },
  { run: 'apply -f list.yaml -l set=one', prints: 'configmap/l1 unchanged' },
  {
    run: 'apply -k .',
    files: { 'kustomization.yaml': 'namePrefix: k-\nresources: [c.yaml]\n' },
    prints: 'configmap/k-c created',
    after: { 'configmaps/k-c': { data: { a: '1' } } },
  },
  { run: 'apply -f nothere.yaml', code: 1, err: 'error: the path "nothere.yaml" does not exist' },
  {
    run: 'apply -f web.yaml',
    files: {
      'web.yaml': deployment(
        '- { name: side, image: "busybox:1" }',
        'env: [{ name: A, value: "1" }, { name: B, value: "2" }]',
      ),
    },
    prints: 'deployment.apps/web created',
  },
  { run: 'apply -f web.yaml', prints: 'deployment.apps/web unchanged' },
  {
    run: 'apply -f web2.yaml',
    files: { 'web2.yaml': deployment('', 'env: [{ name: B, value: "3" }]') },
    prints: 'deployment.apps/web configured',
    after: {
      'deployments/web': {
        metadata: { generation: 2 },
        spec: { template: { spec: { containers: [{ name: 'nginx', env: [{ name: 'B', value: '3' }] }] } } },
      },
    },
  },
  { run: "apply -f web2.yaml --field-manager=me -o jsonpath='{.metadata.generation}'", prints: '2' },
  { run: 'apply -f c.yaml --overwrite=false', prints: 'configmap/c unchanged' },

  {
    run: 'apply --server-side -f s.yaml',
    files: { 's.yaml': ss('{ a: "1", b: "2" }') },
    prints: 'configmap/s serverside-applied',
    after: {
      'configmaps/s': {
        metadata: {
          managedFields: [
            {
              manager: 'kubectl',
              operation: 'Apply',
              fieldsType: 'FieldsV1',
              fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } },
            },
          ],
        },
      },
    },
  },
  { run: 'apply --server-side -f s.yaml', prints: 'configmap/s serverside-applied' },
  {
    run: 'apply --server-side --field-manager=other -f s2.yaml',
    files: { 's2.yaml': ss('{ a: "9" }') },
    code: 1,
    err: ['error: Apply failed with 1 conflict: conflict with "kubectl": .data.a', 'Please review the fields above'],
  },
  {
    run: 'apply --server-side --field-manager=other -f s2.yaml --force-conflicts',
    prints: 'configmap/s serverside-applied',
    after: { 'configmaps/s': { data: { a: '9', b: '2' } } },
  },
  {
    run: 'apply --server-side --field-manager=other -f s3.yaml',
    files: { 's3.yaml': ss('{ a: "9", c: "7" }') },
    prints: 'configmap/s serverside-applied',
  },
  {
    run: 'apply --server-side --field-manager=other -f s2.yaml',
    prints: 'configmap/s serverside-applied',
    after: { 'configmaps/s': { data: { a: '9', b: '2' } } },
  },
  { run: 'get cm s -o jsonpath={.data}', prints: '{"a":"9","b":"2"}' },
  {
    run: 'apply --server-side -f s4.yaml',
    files: { 's4.yaml': ss('{ b: "2" }') },
    prints: 'configmap/s serverside-applied',
  },
  { run: 'get cm s -o jsonpath={.data}', prints: '{"a":"9","b":"2"}' },
  {
    run: 'apply --server-side -f s5.yaml --dry-run=server -o jsonpath={.data.z}',
    files: { 's5.yaml': ss('{ b: "2", z: "1" }') },
    prints: '1',
    after: { 'configmaps/s': { data: { a: '9', b: '2' } } },
  },
  {
    run: 'apply --server-side -f web-ss.yaml',
    files: {
      'web-ss.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ss }\nspec:\n  replicas: 0\n  selector: { matchLabels: { app: ss } }\n  template:\n    metadata: { labels: { app: ss } }\n    spec: { containers: [{ name: nginx, image: "nginx:1", ports: [{ containerPort: 80 }] }] }\n',
    },
    prints: 'deployment.apps/ss serverside-applied',
  },
  { run: 'scale deployment/ss --replicas=0 --current-replicas=0', out: 'deployment.apps/ss scaled' },
  { run: 'set image deployment/ss nginx=nginx:2', prints: 'deployment.apps/ss image updated' },
  {
    run: 'apply --server-side -f web-ss.yaml',
    code: 1,
    err: 'error: Apply failed with 1 conflict: conflict with "kubectl-set" using apps/v1: .spec.template.spec.containers[name="nginx"].image',
  },
  {
    run: 'apply --server-side -f web-ss.yaml --force-conflicts',
    prints: 'deployment.apps/ss serverside-applied',
    after: { 'deployments/ss': { spec: { template: { spec: { containers: [{ image: 'nginx:1' }] } } } } },
  },
  {
    run: 'apply --server-side -f bad.yaml',
    files: { 'bad.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndatum: { a: "1" }\n' },
    code: 1,
    err: /unknown field "datum"|field not declared in schema/,
    after: { 'configmaps/bad': null },
  },
  { run: 'apply --server-side -f c.yaml', prints: 'configmap/c serverside-applied' },
  {
    run: 'get cm c -o yaml --show-managed-fields',
    out: [/manager: kubectl\n +operation: Apply/],
    not: /kubectl-client-side-apply/,
  },
  {
    run: 'delete -f list.yaml -f c.yaml',
    out: ['configmap "l1" deleted', 'configmap "c" deleted'],
    after: { 'configmaps/l2': null, 'configmaps/c': null },
  },
  {
    run: 'delete -f c.yaml',
    code: 1,
    err: 'Error from server (NotFound): error when deleting "c.yaml": configmaps "c" not found',
  },
  { run: 'delete -f c.yaml --ignore-not-found', prints: '' },
])
