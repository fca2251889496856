/** Nodes: cordon, taint, drain in a dry run, labels, certificates of users. */
import { script } from '../script.ts'

/** Of CN=alice, made with openssl. */
const CSR =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISk1ISUNBUUF3RURFT01Bd0dBMVVFQXd3RllXeHBZMlV3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQgpCd05DQUFTU1NTdysxbDRGOERWV0pleXBZSEljZ0NvNWZxNkRQUUR4b3h6ZlZQdERLY1JYTWZWV3JwbEFLMkhNCnBBK0NncEIvS2ovaW5NZnpLa3F1T2VJNmFsa2NvQUF3Q2dZSUtvWkl6ajBFQXdJRFJ3QXdSQUlnSWRGQXhMKzMKTG9jVGx4cHM1RDB5cnFodmFtVWk5MzY0YjlhMU93dXFzczBDSUg3Zzl4ejhEckp4MHpRcmErNlk5N25NdVZUaQpqZ3E1SHdrVXp4SHpSUmtHCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo='
const only = 'changes the nodes of the simulator'

script('nodes', [
  { run: 'get nodes', out: /^NAME +STATUS +ROLES +AGE +VERSION$/m },
  { run: 'get nodes -l kubernetes.io/os=linux -o name', out: /^node\//m },
  {
    run: 'cordon n3',
    prints: 'node/n3 cordoned',
    after: { 'nodes/n3': { spec: { unschedulable: true } } },
    simulatorOnly: only,
  },
  { run: 'cordon n3', prints: 'node/n3 already cordoned', simulatorOnly: only },
  { run: 'get node n3', out: 'n3 Ready,SchedulingDisabled', simulatorOnly: only },
  { run: 'get nodes --field-selector spec.unschedulable=true -o name', prints: 'node/n3', simulatorOnly: only },
  { run: 'uncordon n3', prints: 'node/n3 uncordoned', simulatorOnly: only },
  { run: 'uncordon n3', prints: 'node/n3 already uncordoned', simulatorOnly: only },
  { run: 'cordon n3 --dry-run=server', prints: 'node/n3 cordoned (server dry run)', simulatorOnly: only },
  { run: 'cordon nope', code: 1, err: 'Error from server (NotFound): nodes "nope" not found' },
  {
    run: 'taint node n3 k=v:NoSchedule',
    prints: 'node/n3 tainted',
    after: { 'nodes/n3': { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } } },
    simulatorOnly: only,
  },
  {
    run: 'taint node n3 k=w:NoSchedule',
    code: 1,
    err: 'error: node n3 already has k taint(s) with same effect(s) and --overwrite is false',
    simulatorOnly: only,
  },
  {
    run: 'taint node n3 k=w:NoSchedule --overwrite',
    prints: 'node/n3 modified',
    after: { 'nodes/n3': { spec: { taints: [{ key: 'k', value: 'w' }] } } },
    simulatorOnly: only,
  },
  {
    run: 'taint node n3 k2=v:NoExecute k-',
    prints: 'node/n3 modified',
    after: { 'nodes/n3': { spec: { taints: [{ key: 'k2', effect: 'NoExecute' }] } } },
    simulatorOnly: only,
  },
  { run: 'taint node n3 k2-', prints: 'node/n3 untainted', simulatorOnly: only },
  { run: 'taint node n3 nope-', code: 1, err: 'error: taint "nope" not found', simulatorOnly: only },
  {
    run: 'taint node n3 k=v:Sometimes',
    code: 1,
    err: 'error: invalid taint effect: Sometimes, unsupported taint effect',
  },
  {
    run: 'drain n3 --dry-run=server --ignore-daemonsets',
    out: ['node/n3 cordoned (server dry run)', 'node/n3 drained (server dry run)'],
    err: /^$|Warning/,
    after: { 'nodes/n3': { metadata: { name: 'n3' } } },
    simulatorOnly: only,
  },
  { run: 'label node n3 disk=ssd', prints: 'node/n3 labeled', simulatorOnly: only },
  { run: 'get nodes -L disk -l disk', out: /^n3 .* ssd$/m, simulatorOnly: only },
  { run: 'label node n3 disk-', prints: 'node/n3 unlabeled', simulatorOnly: only },
  {
    run: 'describe node n1',
    out: [
      'Roles: control-plane',
      'Taints: node-role.kubernetes.io/control-plane:NoSchedule',
      'Unschedulable: false',
      'Lease:',
      'HolderIdentity: n1',
      'Conditions:',
      'Capacity:',
      'Allocatable:',
      'Non-terminated Pods:',
      'Allocated resources:',
    ],
    simulatorOnly: 'names its nodes',
  },
  { run: 'get lease -n kube-node-lease -o name', out: /^lease\.coordination\.k8s\.io\//m },

  {
    run: 'create -f csr.yaml',
    files: {
      'csr.yaml':
        'apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: { name: $NS-ann }\nspec:\n  signerName: kubernetes.io/kube-apiserver-client\n  usages: [client auth]\n  request: ' +
        CSR +
        '\n',
    },
    prints: 'certificatesigningrequest.certificates.k8s.io/$NS-ann created',
  },
  { run: 'get csr $NS-ann', out: ['kubernetes.io/kube-apiserver-client', 'Pending'] },
  {
    run: 'certificate approve $NS-ann',
    out: 'certificatesigningrequest.certificates.k8s.io/$NS-ann approved',
    after: {
      'certificatesigningrequests/$NS-ann': {
        status: {
          conditions: [
            {
              type: 'Approved',
              status: 'True',
              reason: 'KubectlApprove',
              message: 'This CSR was approved by kubectl certificate approve.',
            },
          ],
        },
      },
    },
  },
  { run: 'certificate deny $NS-ann', code: 1, err: 'error: certificate signing request "$NS-ann" is already Approved' },
  {
    run: 'delete csr $NS-ann',
    out: 'deleted',
    err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace',
  },
])
