/** `delete` in all its forms; the life and the end of namespaces; `wait`; watches. */
import { script } from '../script.ts'

const cm = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${more} }\n`

script('delete', [
  {
    run: 'create -f cms.yaml',
    files: { 'cms.yaml': ['a', 'b', 'c', 'd'].map((name) => cm(name, ', labels: { app: x }')).join('---\n') },
    out: 'configmap/d created',
  },
  { run: 'delete cm a', out: /^configmap "a" deleted/, after: { 'configmaps/a': null } },
  { run: 'delete cm/b -o name', prints: 'configmap/b', after: { 'configmaps/b': null } },
  { run: 'delete cm nope', code: 1, err: 'Error from server (NotFound): configmaps "nope" not found' },
  { run: 'delete cm c nope --ignore-not-found', out: /^configmap "c" deleted/ },
  {
    run: 'delete cm -l app=x --dry-run=server',
    out: /^configmap "d" deleted .*\(server dry run\)/,
    after: { 'configmaps/d': {} },
  },
  { run: 'delete cm d --dry-run=client', out: /^configmap "d" deleted .*\(dry run\)/, after: { 'configmaps/d': {} } },
  { run: 'delete cm -l app=x', out: /^configmap "d" deleted/, after: { 'configmaps/d': null } },
  { run: 'delete cm -l app=x', prints: 'No resources found' },
  {
    run: 'delete --raw /api/v1/namespaces/$NS/configmaps/nope',
    code: 1,
    err: 'Error from server (NotFound): configmaps "nope" not found',
  },
  { run: 'delete cm', code: 1, err: 'error: resource(s) were provided, but no name was specified' },
  { run: 'delete nosuchkind x', code: 1, err: 'error: the server doesn\'t have a resource type "nosuchkind"' },

  {
    run: 'create -f held.yaml',
    files: { 'held.yaml': cm('held', ', finalizers: [example.com/hold]') },
    prints: 'configmap/held created',
  },
  {
    run: 'delete cm held --wait=false',
    out: /^configmap "held" deleted/,
    after: { 'configmaps/held': { metadata: { finalizers: ['example.com/hold'], deletionGracePeriodSeconds: 0 } } },
  },
  {
    run: 'wait --for=delete cm/held --timeout=1s',
    code: 1,
    err: 'error: timed out waiting for the condition on configmaps/held',
  },
  {
    run: `patch cm held --type=merge -p '{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}'`,
    code: 1,
    err: 'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}',
  },
  {
    run: `patch cm held --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`,
    prints: 'configmap/held patched',
    after: { 'configmaps/held': null },
  },
  { run: 'wait --for=delete cm/held --timeout=5s', prints: '', err: /^$|not found/ },

  { run: 'create deploy own --image=nginx --replicas=0', out: 'created' },
  {
    run: 'delete deploy own --cascade=orphan',
    out: /^deployment\.apps "own" deleted/,
    after: { 'deployments/own': null },
  },
  { run: 'create deploy own --image=nginx --replicas=0', out: 'created' },
  {
    run: 'delete deploy own --cascade=foreground',
    out: /^deployment\.apps "own" deleted/,
    after: { 'deployments/own': null },
  },
  { run: 'run p --image=nginx --overrides=\'{"spec":{"schedulerName":"nobody"}}\'', prints: 'pod/p created' },
  { run: 'delete pod p', out: /^pod "p" deleted/, after: { 'pods/p': null } },
  { run: 'run q --image=nginx --overrides=\'{"spec":{"schedulerName":"nobody"}}\'', prints: 'pod/q created' },
  {
    run: 'delete pod q --force --grace-period=0',
    out: /^pod "q" force deleted/,
    err: 'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated',
    after: { 'pods/q': null },
  },
  { run: 'delete pod q --grace-period=0', code: 1, err: /not found/ },
  { run: 'delete deploy,svc --all', prints: 'No resources found' },

  {
    run: 'create ns $NS-x',
    prints: 'namespace/$NS-x created',
    after: {
      'namespaces/$NS-x': {
        metadata: { labels: { 'kubernetes.io/metadata.name': '$NS-x' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    },
  },
  { run: 'wait --for=jsonpath={.status.phase}=Active ns/$NS-x --timeout=5s', prints: 'namespace/$NS-x condition met' },
  { run: 'wait --for=create sa/default -n $NS-x --timeout=5s', prints: 'serviceaccount/default condition met' },
  { run: 'get cm kube-root-ca.crt -n $NS-x -o name', prints: 'configmap/kube-root-ca.crt' },
  { run: 'create cm inside -n $NS-x --from-literal=a=b', out: 'configmap/inside created' },
  {
    run: 'create -f inhold.yaml -n $NS-x',
    files: { 'inhold.yaml': cm('inhold', ', finalizers: [example.com/hold]') },
    out: 'created',
  },
  {
    run: 'delete ns $NS-x --wait=false',
    err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace',
    prints: 'namespace "$NS-x" deleted',
    after: { 'namespaces/$NS-x': { status: { phase: 'Terminating' } } },
  },
  {
    run: 'create cm late -n $NS-x --from-literal=a=b',
    code: 1,
    err: 'error: failed to create configmap: configmaps "late" is forbidden: unable to create new content in namespace $NS-x because it is being terminated',
  },
  { run: 'get ns $NS-x', out: '$NS-x Terminating' },
  {
    run: `patch cm inhold -n $NS-x --type=merge -p '{"metadata":{"finalizers":null}}'`,
    prints: 'configmap/inhold patched',
  },
  {
    run: 'wait --for=delete ns/$NS-x --timeout=30s',
    out: /^(namespace\/\S+ condition met\n)?$/,
    err: /^$|not found/,
    after: { 'namespaces/$NS-x': null },
  },
  { run: 'get cm -n $NS-x', prints: '', err: 'No resources found in $NS-x namespace.' },
  {
    run: 'create cm x -n $NS-x --from-literal=a=b',
    code: 1,
    err: 'error: failed to create configmap: namespaces "$NS-x" not found',
  },
  {
    run: 'delete ns default',
    code: 1,
    err: 'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted',
  },
  {
    run: 'delete ns kube-system --dry-run=server',
    code: 1,
    err: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  },
  { run: 'create ns Bad_Name', code: 1, err: 'a lowercase RFC 1123 label must consist of' },

  { run: 'create cm w --from-literal=a=1', out: 'created' },
  {
    run: 'get cm w -w -o custom-columns=A:.data.a --no-headers',
    meanwhile: [`patch cm w -p '{"data":{"a":"2"}}'`, 'label cm w x=y', `patch cm w -p '{"data":{"a":"3"}}'`],
    until: /1\n2\n2\n3\n/,
  },
  {
    run: 'get cm w -w --output-watch-events',
    meanwhile: ['label cm w x=z --overwrite', 'delete cm w'],
    until: /^EVENT +NAME[\s\S]*^ADDED +w [\s\S]*^MODIFIED +w [\s\S]*^DELETED +w /m,
  },
  {
    run: 'get cm -w -l pick=me --output-watch-events',
    quiet: true,
    meanwhile: ['create cm pick --from-literal=a=1', 'label cm pick pick=me', 'label cm pick pick-'],
    until: /^ADDED +pick .*\nDELETED +pick /m,
  },
  {
    run: "wait --for=jsonpath='{.data.go}'=yes cm/pick --timeout=10s",
    meanwhile: [`patch cm pick -p '{"data":{"go":"yes"}}'`],
    prints: 'configmap/pick condition met',
  },
  {
    run: 'wait --for=delete cm/pick --timeout=10s',
    meanwhile: ['delete cm pick'],
    prints: 'configmap/pick condition met',
  },
  {
    run: 'wait --for=condition=Odd cm/nope --timeout=1s',
    code: 1,
    err: 'Error from server (NotFound): configmaps "nope" not found',
  },
  {
    run: 'wait --for=create cm/soon --timeout=10s',
    meanwhile: ['create cm soon --from-literal=a=1'],
    prints: 'configmap/soon condition met',
  },
  { run: 'wait --for=condition=Ready cm --all --timeout=1s', code: 1, err: /timed out waiting for the condition/ },
])
