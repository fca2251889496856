/** `get`: every form of output, every selector, several kinds at once. */
import { script } from '../script.ts'

const three = `
apiVersion: v1
kind: ConfigMap
metadata: { name: alpha, labels: { app: web, tier: front }, annotations: { note: first } }
data: { size: "3", color: red }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: beta, labels: { app: web, tier: back } }
data: { size: "1" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: gamma, labels: { app: db } }
data: { size: "2" }
---
apiVersion: v1
kind: Secret
metadata: { name: alpha, labels: { app: web } }
stringData: { password: hunter2 }
---
apiVersion: v1
kind: Secret
metadata: { name: basic }
type: kubernetes.io/basic-auth
stringData: { username: u, password: p }
---
apiVersion: v1
kind: Service
metadata: { name: web, labels: { app: web } }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { type: ExternalName, externalName: example.com }
`

script('get', [
  {
    run: 'create -f three.yaml',
    files: { 'three.yaml': three },
    out: ['configmap/alpha created', 'secret/basic created', 'service/web created'],
    after: {
      'secrets/alpha': { data: { password: 'aHVudGVyMg==' }, type: 'Opaque' },
      'services/web': { spec: { type: 'ClusterIP', sessionAffinity: 'None' } },
    },
  },
  { run: 'get cm -l app', out: [/^NAME +DATA +AGE$/m, 'alpha 2', 'beta 1'] },
  { run: 'get cm alpha -o name', prints: 'configmap/alpha' },
  { run: 'get cm/alpha secret/alpha -o name', prints: 'configmap/alpha\nsecret/alpha' },
  { run: 'get cm,secret -l app=web -o name', prints: 'configmap/alpha\nconfigmap/beta\nsecret/alpha' },
  {
    run: 'get cm alpha -o json',
    out: {
      json: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'alpha', namespace: '$NS' }, data: { size: '3' } },
    },
  },
  { run: 'get cm alpha -o yaml', out: ['apiVersion: v1', 'kind: ConfigMap', 'size: "3"'], not: /managedFields/ },
  {
    run: 'get cm alpha -o yaml --show-managed-fields',
    out: ['managedFields:', 'manager: kubectl-create', 'operation: Update', 'f:data:'],
  },
  { run: 'get cm -l app -o json', out: { json: { apiVersion: 'v1', kind: 'List', items: [{}, {}, {}] } } },
  { run: 'get cm alpha -o kyaml', since: '1.35', out: ['kind: "ConfigMap",', 'size: "3",'] },
  { run: 'get cm -l app --sort-by=.data.size -o name', prints: 'configmap/beta\nconfigmap/gamma\nconfigmap/alpha' },
  { run: 'get cm -l app --sort-by={.data.size} --no-headers', out: /^beta[\s\S]*^gamma[\s\S]*^alpha/m },
  { run: "get cm -l app -o jsonpath='{.items[*].metadata.name}'", prints: 'alpha beta gamma' },
  {
    run: 'get cm -l app -o jsonpath=\'{range .items[*]}{.metadata.name}={.data.size}{"\\n"}{end}\'',
    prints: 'alpha=3\nbeta=1\ngamma=2',
  },
  { run: 'get cm -l app -o jsonpath=\'{.items[?(@.data.size=="2")].metadata.name}\'', prints: 'gamma' },
  { run: "get cm alpha -o jsonpath-as-json='{.data}'", out: { json: [{ size: '3', color: 'red' }] } },
  { run: 'get cm alpha -o go-template=\'{{.metadata.name}}/{{index .data "size"}}\'', prints: 'alpha/3' },
  { run: "get secret alpha -o go-template='{{.data.password | base64decode}}'", prints: 'hunter2' },
  {
    run: 'get cm -l app -o go-template-file=t.tmpl',
    files: { 't.tmpl': '{{range .items}}<{{.metadata.name}}>{{end}}' },
    prints: '<alpha><beta><gamma>',
  },
  {
    run: 'get cm -l app -o custom-columns=NAME:.metadata.name,TIER:.metadata.labels.tier',
    prints: 'NAME TIER\nalpha front\nbeta back\ngamma <none>',
  },
  {
    run: 'get cm alpha -o custom-columns-file=c.txt',
    files: { 'c.txt': 'KEY         SIZE\nmetadata.name data.size\n' },
    prints: 'KEY SIZE\nalpha 3',
  },
  { run: 'get cm -l app --show-labels --no-headers', out: /alpha +2 +\S+ +app=web,tier=front/ },
  { run: 'get cm -l app -L tier,app', out: [/^NAME +DATA +AGE +TIER +APP$/m, /^alpha +2 +\S+ +front +web$/m] },
  { run: 'get cm,svc -l app=web --show-kind', out: ['configmap/alpha', 'service/web'] },
  { run: 'get cm alpha --no-headers', out: /^alpha +2 +\d+s\n$/ },
  { run: 'get cm -l app=web,tier=back -o name', prints: 'configmap/beta' },
  { run: "get cm -l 'app in (web,db),tier notin (front)' -o name", prints: 'configmap/beta\nconfigmap/gamma' },
  { run: "get cm -l 'app,!tier' -o name", prints: 'configmap/gamma' },
  { run: "get cm -l 'app!=web,app' -o name", prints: 'configmap/gamma' },
  { run: 'get cm -l app==db -o name', prints: 'configmap/gamma' },
  { run: "get cm -l 'app in'", code: 1, err: /unable to parse requirement/ },
  { run: 'get cm --field-selector metadata.name=beta -o name', prints: 'configmap/beta' },
  { run: 'get cm --field-selector metadata.name!=beta -l app -o name', prints: 'configmap/alpha\nconfigmap/gamma' },
  { run: 'get secret --field-selector type=kubernetes.io/basic-auth -o name', prints: 'secret/basic' },
  { run: 'get svc --field-selector spec.type=ExternalName -o name', prints: 'service/outside' },
  { run: 'get secret --field-selector data.x=y', code: 1, err: 'field label not supported: data.x' },
  { run: 'get cm -l app -o name --chunk-size=1', prints: 'configmap/alpha\nconfigmap/beta\nconfigmap/gamma' },
  { run: 'get cm -A -l app=db,!nothing -o custom-columns=:.metadata.namespace --no-headers', out: /^\$NS$/m },
  { run: 'get cm nope --ignore-not-found', prints: '' },
  { run: 'get cm alpha nope', code: 1, out: 'alpha', err: 'Error from server (NotFound): configmaps "nope" not found' },
  { run: 'get pods', prints: '', err: 'No resources found in $NS namespace.' },
  { run: 'get -f three.yaml -o name', out: ['configmap/alpha', 'service/outside'] },
  { run: 'get cm -l nothing=here -o json', out: { json: { kind: 'List', items: [] } } },
  { run: 'get cm -l app --output-watch-events -w -o name', until: /gamma/, out: 'configmap/alpha' },
  {
    run: "get --raw '/api/v1/namespaces/$NS/configmaps?labelSelector=app%3Ddb'",
    out: { json: { kind: 'ConfigMapList', items: [{ metadata: { name: 'gamma' } }] } },
  },
])
