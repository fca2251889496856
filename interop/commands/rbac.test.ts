/** Who may do what: roles, `auth`, impersonation, tokens, the rule against giving away more than one has. */
import { script } from '../script.ts'

const bob = '--as=$NS-bob'
const bot = '--as=system:serviceaccount:$NS:bot'

script('rbac', [
  { run: 'create sa bot', out: 'created' },
  { run: 'create role reader --verb=get,list,watch --resource=pods,configmaps', out: 'created' },
  { run: 'create rolebinding reader --role=reader --user=$NS-bob --serviceaccount=$NS:bot', out: 'created' },
  { run: 'create cm c --from-literal=a=b', out: 'created' },
  { run: 'auth can-i get pods', prints: 'yes' },
  { run: `auth can-i list configmaps ${bob}`, prints: 'yes' },
  { run: `auth can-i list configmaps ${bot}`, prints: 'yes' },
  { run: `auth can-i delete configmaps ${bob}`, code: 1, prints: 'no' },
  { run: `auth can-i list configmaps -A ${bob}`, code: 1, prints: 'no' },
  {
    run: `auth can-i list nodes ${bob}`,
    code: 1,
    prints: 'no',
    err: "Warning: resource 'nodes' is not namespace scoped",
  },
  { run: `auth can-i get /version ${bob} --as-group=system:authenticated`, prints: 'yes' },
  { run: `auth can-i get /metrics ${bob}`, code: 1, prints: 'no' },
  { run: `auth can-i update deployments --subresource=scale ${bob}`, code: 1, prints: 'no' },
  { run: `auth can-i get pods/x ${bob} -q`, prints: '' },
  {
    run: `auth can-i --list ${bob}`,
    out: [
      'Resources Non-Resource URLs Resource Names Verbs',
      'configmaps [] [] [get list watch]',
      'pods [] [] [get list watch]',
    ],
  },
  {
    run: `auth can-i --list ${bob} --as-group=system:authenticated --no-headers`,
    out: ['selfsubjectaccessreviews.authorization.k8s.io [] [] [create]', '[/version] [] [get]'],
  },
  { run: 'auth can-i frobnicate pods', out: 'yes', err: /Warning: verb 'frobnicate' is not a known verb/ },
  { run: 'auth whoami -o json', out: { json: { kind: 'SelfSubjectReview', status: { userInfo: {} } } } },
  {
    run: `auth whoami ${bob} --as-group=devs --as-uid=u-1`,
    out: [/Username +\$NS-bob/, /UID +u-1/, /Groups +\[devs system:authenticated\]/],
  },
  {
    run: `auth whoami ${bot} -o jsonpath={.status.userInfo.groups}`,
    prints: '["system:serviceaccounts","system:serviceaccounts:$NS","system:authenticated"]',
  },
  { run: `get cm c -o name ${bob}`, prints: 'configmap/c' },
  {
    run: `get secrets ${bob}`,
    code: 1,
    err: 'Error from server (Forbidden): secrets is forbidden: User "$NS-bob" cannot list resource "secrets" in API group "" in the namespace "$NS"',
  },
  {
    run: `delete cm c ${bob}`,
    code: 1,
    err: 'configmaps "c" is forbidden: User "$NS-bob" cannot delete resource "configmaps" in API group "" in the namespace "$NS"',
    after: { 'configmaps/c': {} },
  },
  {
    run: `get nodes ${bob}`,
    code: 1,
    err: 'nodes is forbidden: User "$NS-bob" cannot list resource "nodes" in API group "" at the cluster scope',
  },
  {
    run: `get deployments ${bot}`,
    code: 1,
    err: 'deployments.apps is forbidden: User "system:serviceaccount:$NS:bot" cannot list resource "deployments" in API group "apps" in the namespace "$NS"',
  },
  { run: `logs nope ${bob}`, code: 1, err: /pods "nope" not found/ },
  {
    run: `get --raw /metrics ${bob}`,
    code: 1,
    err: 'Error from server (Forbidden): forbidden: User "$NS-bob" cannot get path "/metrics"',
  },
  {
    run: `create cm x --from-literal=a=b ${bob}`,
    code: 1,
    err: 'configmaps is forbidden: User "$NS-bob" cannot create resource "configmaps"',
  },
  { run: `scale deploy x --replicas=1 ${bob}`, code: 1, err: 'User "$NS-bob" cannot' },

  { run: 'create role binder --verb=create,update,get,patch --resource=roles,rolebindings', out: 'created' },
  { run: 'create rolebinding binder --role=binder --user=$NS-bob', out: 'created' },
  { run: `create role mine --verb=get --resource=pods ${bob}`, prints: 'role.rbac.authorization.k8s.io/mine created' },
  {
    run: `create role more --verb=get --resource=secrets ${bob}`,
    code: 1,
    err: [
      'roles.rbac.authorization.k8s.io "more" is forbidden: user "$NS-bob" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
    ],
    after: { 'roles/more': null },
  },
  {
    run: `create rolebinding up --clusterrole=admin --user=$NS-bob ${bob}`,
    code: 1,
    err: 'is attempting to grant RBAC permissions not currently held:',
    after: { 'rolebindings/up': null },
  },
  {
    run: `create rolebinding same --role=reader --user=ann ${bob}`,
    prints: 'rolebinding.rbac.authorization.k8s.io/same created',
  },
  { run: 'create role escalator --verb=escalate,create --resource=roles', out: 'created' },
  { run: 'create rolebinding escalator --role=escalator --user=$NS-bob', out: 'created' },
  {
    run: `create role more --verb=get --resource=secrets ${bob}`,
    prints: 'role.rbac.authorization.k8s.io/more created',
  },
  { run: 'create role named --verb=get --resource=secrets --resource-name=one', out: 'created' },
  { run: 'create rolebinding named --role=named --user=$NS-bob', out: 'created' },
  { run: `auth can-i get secret/one ${bob}`, prints: 'yes' },
  { run: `auth can-i get secret/two ${bob}`, code: 1, prints: 'no' },
  { run: `auth can-i get secrets ${bob}`, code: 1, prints: 'no' },
  { run: 'create clusterrole $NS-agg --aggregation-rule=$NS=yes', out: 'created' },
  { run: 'create clusterrole $NS-part --verb=list --resource=nodes', out: 'created' },
  {
    run: 'label clusterrole $NS-part $NS=yes',
    out: 'labeled',
    after: { 'clusterroles/$NS-agg': { rules: [{ resources: ['nodes'], verbs: ['list'] }] } },
  },
  {
    run: 'delete clusterrole $NS-agg $NS-part',
    out: 'deleted',
    err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace',
  },

  {
    run: 'auth reconcile -f rbac.yaml',
    files: {
      'rbac.yaml':
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: reader, namespace: $NS }\nrules:\n  - { apiGroups: [""], resources: [services], verbs: [get] }\n',
    },
    out: 'role.rbac.authorization.k8s.io/reader reconciled',
    err: 'missing rules added:',
    after: { 'roles/reader': { rules: [{ resources: ['pods', 'configmaps'] }, { resources: ['services'] }] } },
  },
  { run: 'auth reconcile -f rbac.yaml --remove-extra-permissions', out: 'reconciled', err: 'extra rules removed:' },
  { run: 'get role reader -o jsonpath={.rules[*].resources}', prints: '["services"]' },
  { run: 'describe role reader', out: ['Name: reader', 'PolicyRule:', 'services [] [] [get]'] },
  { run: 'describe rolebinding reader', out: ['Role:', 'Name: reader', 'User $NS-bob', 'ServiceAccount bot $NS'] },
  { run: 'describe clusterrole view', out: ['PolicyRule:', 'configmaps [] [] [get list watch]'], not: /^ +secrets /m },
  { run: 'create token bot --duration=1h --audience=https://vault.example', out: /^eyJ/ },
  {
    run: 'create token bot --duration=5s',
    code: 1,
    err: 'spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
  },
])
