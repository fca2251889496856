/** What a real API server refuses, and in which words: quotas, limits, immutable fields, strict fields, bad objects. */
import { script } from '../script.ts'

const pod = (name: string, container = '', spec = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { schedulerName: nobody, ${spec} containers: [{ name: c, image: nginx${container} }] }\n`
const deploy = (spec: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }\nspec: { replicas: 0, ${spec} }\n`
const template = (labels: string, spec = 'containers: [{ name: nginx, image: nginx }]'): string =>
  `template: { metadata: { labels: ${labels} }, spec: { ${spec} } }`
const service = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: ${spec}\n`

script('refusals', [
  {
    run: 'create -f limits.yaml',
    files: {
      'limits.yaml':
        'apiVersion: v1\nkind: LimitRange\nmetadata: { name: limits }\nspec: { limits: [{ type: Container, default: { cpu: 200m, memory: 64Mi }, defaultRequest: { cpu: 100m }, min: { cpu: 50m }, max: { cpu: 500m } }] }\n',
    },
    prints: 'limitrange/limits created',
  },
  {
    run: 'create -f p.yaml',
    files: { 'p.yaml': pod('p') },
    prints: 'pod/p created',
    after: {
      'pods/p': {
        metadata: {
          annotations: {
            'kubernetes.io/limit-ranger':
              'LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c',
          },
        },
        spec: {
          containers: [
            { resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '64Mi' } } },
          ],
        },
      },
    },
  },
  {
    run: 'create -f over.yaml',
    files: { 'over.yaml': pod('over', ', resources: { limits: { cpu: 2 } }') },
    code: 1,
    err: 'pods "over" is forbidden: maximum cpu usage per Container is 500m, but limit is 2',
    after: { 'pods/over': null },
  },
  {
    run: 'create -f under.yaml',
    files: { 'under.yaml': pod('under', ', resources: { requests: { cpu: 10m } }') },
    code: 1,
    err: 'pods "under" is forbidden: minimum cpu usage per Container is 50m, but request is 10m',
  },
  {
    run: 'describe limitrange limits',
    out: [/Type +Resource +Min +Max +Default Request +Default Limit/, /Container +cpu +50m +500m +100m +200m/],
  },
  {
    run: 'create quota compute --hard=pods=2,requests.cpu=250m',
    prints: 'resourcequota/compute created',
    after: { 'resourcequotas/compute': { spec: { hard: { pods: '2', 'requests.cpu': '250m' } } } },
  },
  {
    run: "wait --for=jsonpath='{.status.used.pods}'=1 quota/compute --timeout=10s",
    out: 'resourcequota/compute condition met',
  },
  { run: 'describe quota compute', out: [/pods +1 +2/, /requests.cpu +100m +250m/] },
  {
    run: 'create -f big.yaml',
    files: { 'big.yaml': pod('big', ', resources: { requests: { cpu: 200m } }') },
    code: 1,
    err: 'pods "big" is forbidden: exceeded quota: compute, requested: requests.cpu=200m, used: requests.cpu=100m, limited: requests.cpu=250m',
  },
  { run: 'create -f p2.yaml', files: { 'p2.yaml': pod('p2') }, prints: 'pod/p2 created' },
  {
    run: 'create -f p3.yaml',
    files: { 'p3.yaml': pod('p3', ', resources: { requests: { cpu: 50m } }') },
    code: 1,
    err: 'exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2',
  },
  { run: 'delete limitrange limits', out: 'deleted' },
  { run: 'delete pod p2', out: 'deleted' },
  {
    run: "wait --for=jsonpath='{.status.used.pods}'=1 quota/compute --timeout=20s",
    out: 'resourcequota/compute condition met',
  },
  {
    run: 'create -f none.yaml',
    files: { 'none.yaml': pod('none') },
    code: 1,
    err: 'pods "none" is forbidden: failed quota: compute: must specify requests.cpu for: c',
  },
  { run: 'delete quota compute', out: 'deleted' },

  {
    run: `patch pod p --type=merge -p '{"spec":{"schedulerName":"other"}}'`,
    code: 1,
    err: 'spec: Forbidden: pod updates may not change fields other than',
  },
  {
    run: `patch pod p -p '{"spec":{"containers":[{"name":"c","image":"nginx:2"}]}}'`,
    prints: 'pod/p patched',
    after: { 'pods/p': { spec: { containers: [{ image: 'nginx:2' }] } } },
  },
  {
    run: 'create -f bare.yaml',
    files: { 'bare.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: bare }\nspec: {}\n' },
    code: 1,
    err: 'spec.containers: Required value',
  },
  {
    run: 'create -f noimage.yaml',
    files: {
      'noimage.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: noimage }\nspec: { containers: [{ name: c }] }\n',
    },
    code: 1,
    err: 'spec.containers[0].image: Required value',
  },
  {
    run: 'create -f twice.yaml',
    files: {
      'twice.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: twice }\nspec: { containers: [{ name: c, image: a }, { name: c, image: b }] }\n',
    },
    code: 1,
    err: 'spec.containers[1].name: Duplicate value: "c"',
  },
  {
    run: 'create -f policy.yaml',
    files: { 'policy.yaml': pod('policy', ', imagePullPolicy: Sometimes') },
    code: 1,
    err: 'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
  },
  {
    run: 'create -f restart.yaml',
    files: { 'restart.yaml': pod('restart', '', 'restartPolicy: Maybe,') },
    code: 1,
    err: 'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
  },
  {
    run: 'create -f mount.yaml',
    files: { 'mount.yaml': pod('mount', ', volumeMounts: [{ name: nope, mountPath: /x }]') },
    code: 1,
    err: 'spec.containers[0].volumeMounts[0].name: Not found: "nope"',
  },
  {
    run: 'create -f port.yaml',
    files: { 'port.yaml': pod('port', ', ports: [{ containerPort: 70000 }]') },
    code: 1,
    err: 'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
  },
  {
    run: 'create -f qty.yaml',
    files: { 'qty.yaml': pod('qty', ', resources: { limits: { cpu: lots } }') },
    code: 1,
    err: /quantities must match the regular expression/,
  },
  {
    run: 'create -f sa.yaml',
    files: { 'sa.yaml': pod('sa', '', 'serviceAccountName: ghost,') },
    code: 1,
    err: 'pods "sa" is forbidden: error looking up service account $NS/ghost: serviceaccount "ghost" not found',
  },
  {
    run: 'create -f pc.yaml',
    files: { 'pc.yaml': pod('pc', '', 'priorityClassName: ghost,') },
    code: 1,
    err: 'pods "pc" is forbidden: no PriorityClass with name ghost was found',
  },
  {
    run: 'create -f label.yaml',
    files: { 'label.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: label, labels: { "a b": c } }\n' },
    code: 1,
    err: 'metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters',
  },
  {
    run: 'create -f data.yaml',
    files: { 'data.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: data }\ndata: { "a/b": c }\n' },
    code: 1,
    err: 'data[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters',
  },
  {
    run: 'create -f number.yaml',
    files: { 'number.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: number }\ndata: { a: 1 }\n' },
    code: 1,
    err: /ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string/,
  },
  {
    run: 'create -f text.yaml',
    files: {
      'text.yaml': deploy(`replicas: three, selector: { matchLabels: { a: b } }, ${template('{ a: b }')}`).replace(
        'replicas: 0, ',
        '',
      ),
    },
    code: 1,
    err: 'cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  },

  {
    run: 'create -f nosel.yaml',
    files: { 'nosel.yaml': deploy(template('{ a: b }')) },
    code: 1,
    err: 'spec.selector: Required value',
  },
  {
    run: 'create -f mismatch.yaml',
    files: { 'mismatch.yaml': deploy(`selector: { matchLabels: { a: c } }, ${template('{ a: b }')}`) },
    code: 1,
    err: 'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
  },
  {
    run: 'create -f d.yaml',
    files: { 'd.yaml': deploy(`selector: { matchLabels: { a: b } }, ${template('{ a: b }')}`) },
    prints: 'deployment.apps/d created',
  },
  { run: `patch deploy d -p '{"spec":{"selector":{"matchLabels":{"a":"z"}}}}'`, code: 1, err: 'field is immutable' },
  {
    run: `patch deploy d -p '{"spec":{"replicas":-1}}'`,
    code: 1,
    err: 'The Deployment "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  },
  {
    run: `patch deploy d -p '{"spec":{"strategy":{"type":"Recreate"}}}'`,
    code: 1,
    err: "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  },
  {
    run: `patch deploy d -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}}}'`,
    code: 1,
    err: 'may not be 0 when `maxSurge` is 0',
  },
  {
    run: `patch deploy d -p '{"spec":{"template":{"spec":{"restartPolicy":"Never"}}}}'`,
    code: 1,
    err: 'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
  },
  {
    run: `patch deploy d -p '{"metadata":{"name":"e"}}'`,
    code: 1,
    err: /the name of the object \(e\) does not match the name on the URL \(d\)|metadata.name: Invalid value: "e": field is immutable/,
  },
  {
    run: 'create -f job.yaml',
    files: {
      'job.yaml': `apiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { ${template('{ a: b }')} }\n`,
    },
    code: 1,
    err: 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  },
  { run: 'create job jj --image=busybox -- true', out: 'created' },
  {
    run: `patch job jj -p '{"spec":{"template":{"spec":{"containers":[{"name":"jj","image":"x"}]}}}}'`,
    code: 1,
    err: 'field is immutable',
  },
  {
    run: 'create -f svc.yaml',
    files: { 'svc.yaml': service('svc', '{ selector: { a: b }, ports: [{ port: 80 }] }') },
    prints: 'service/svc created',
  },
  {
    run: `patch svc svc -p '{"spec":{"clusterIP":"10.96.0.77"}}'`,
    code: 1,
    err: /spec.clusterIPs?\[0\]: Invalid value: .*: may not change once set/,
  },
  { run: `patch svc svc --type=merge -p '{"spec":{"ports":[]}}'`, code: 1, err: 'spec.ports: Required value' },
  {
    run: 'create -f two.yaml',
    files: { 'two.yaml': service('two', '{ ports: [{ port: 80 }, { port: 81 }] }') },
    code: 1,
    err: 'spec.ports[0].name: Required value',
  },
  {
    run: 'create -f badport.yaml',
    files: { 'badport.yaml': service('badport', '{ ports: [{ port: 0 }] }') },
    code: 1,
    err: 'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
  },
  {
    run: 'create -f badip.yaml',
    files: { 'badip.yaml': service('badip', '{ clusterIP: 1.2.3.4, ports: [{ port: 80 }] }') },
    code: 1,
    err: /spec.clusterIPs: Invalid value: .*: failed to allocate IP 1.2.3.4: the provided (IP|network)/,
  },
  { run: 'create secret generic s --from-literal=a=b', out: 'created' },
  { run: `patch secret s -p '{"type":"other"}'`, code: 1, err: 'type: Invalid value: "other": field is immutable' },
  {
    run: `patch secret s --type=merge -p '{"data":{"a":"not base64!"}}'`,
    code: 1,
    err: /illegal base64 data at input byte/,
  },
  { run: `patch secret s -p '{"immutable":true}'`, prints: 'secret/s patched' },
  {
    run: `patch secret s -p '{"stringData":{"a":"c"}}'`,
    code: 1,
    err: 'data: Forbidden: field is immutable when `immutable` is set',
  },
  { run: 'create cm frozen --from-literal=a=b', out: 'created' },
  { run: `patch cm frozen -p '{"immutable":true}'`, prints: 'configmap/frozen patched' },
  {
    run: `patch cm frozen -p '{"data":{"a":"c"}}'`,
    code: 1,
    err: 'data: Forbidden: field is immutable when `immutable` is set',
    after: { 'configmaps/frozen': { data: { a: 'b' } } },
  },
  {
    run: 'create -f pvc.yaml',
    files: {
      'pvc.yaml':
        'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: claim }\nspec: { accessModes: [ReadWriteOnce], storageClassName: none, resources: { requests: { storage: 1Gi } } }\n',
    },
    prints: 'persistentvolumeclaim/claim created',
  },
  {
    run: `patch pvc claim -p '{"spec":{"accessModes":["ReadWriteMany"]}}'`,
    code: 1,
    err: 'spec: Forbidden: spec is immutable after creation except resources.requests',
  },
  { run: 'create role r --verb=get --resource=pods', out: 'created' },
  { run: 'create rolebinding rb --role=r --user=ann', out: 'created' },
  { run: `patch rolebinding rb -p '{"roleRef":{"name":"other"}}'`, code: 1, err: 'cannot change roleRef' },

  {
    run: 'create -f strict.yaml',
    files: {
      'strict.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: strict, colour: red }\ndatum: { a: b }\n',
    },
    code: 1,
    err: 'strict decoding error: unknown field "datum", unknown field "metadata.colour"',
    after: { 'configmaps/strict': null },
  },
  {
    run: 'create -f strict.yaml --validate=warn',
    prints: 'configmap/strict created',
    err: ['Warning: unknown field "datum"', 'Warning: unknown field "metadata.colour"'],
  },
  { run: 'get cm strict -o yaml', out: 'name: strict', not: /datum|colour/ },
  { run: 'delete cm strict', out: 'deleted' },
  { run: 'create -f strict.yaml --validate=ignore', prints: 'configmap/strict created' },
  {
    run: "create --raw '/api/v1/namespaces/$NS/configmaps?fieldValidation=Strict' -f dup.json",
    files: {
      'dup.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dup"},"data":{"a":"1","a":"2"}}',
    },
    code: 1,
    err: 'strict decoding error: duplicate field "data.a"',
    after: { 'configmaps/dup': null },
  },
  {
    run: 'create -f syntax.yaml',
    files: { 'syntax.yaml': 'apiVersion: v1\nkind: [\n' },
    code: 1,
    err: /error (parsing|converting)/,
  },
  {
    run: 'create -f deep.yaml',
    files: {
      'deep.yaml': deploy(
        `selector: { matchLabels: { a: b } }, ${template('{ a: b }', 'containers: [{ name: nginx, image: nginx, immagePullPolicy: Always }]')}`,
      ).replace('name: d ', 'name: deep '),
    },
    code: 1,
    err: 'unknown field "spec.template.spec.containers[0].immagePullPolicy"',
  },
  {
    run: 'get endpoints',
    out: /^/,
    err: 'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  },
  {
    run: 'create -f hostport.yaml',
    files: {
      'hostport.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i }\nspec: { rules: [{ http: { paths: [{ path: x, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] } }] }\n',
    },
    code: 1,
    err: 'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
  },
  {
    run: 'create -f hpa.yaml',
    files: {
      'hpa.yaml':
        'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: h }\nspec: { scaleTargetRef: { kind: Deployment, name: d, apiVersion: apps/v1 }, minReplicas: 5, maxReplicas: 2 }\n',
    },
    code: 1,
    err: 'spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`',
  },
  {
    run: 'create -f np.yaml',
    files: {
      'np.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: net }\nspec: { podSelector: {}, policyTypes: [Sideways] }\n',
    },
    code: 1,
    err: 'spec.policyTypes[0]: Unsupported value: "Sideways"',
  },
  {
    run: "get --raw '/api/v1/namespaces/$NS/configmaps?continue=bad'",
    code: 1,
    err: /continue (token|key) is not valid|invalid continue token|illegal base64/,
  },
  {
    run: "get --raw '/api/v1/namespaces/$NS/configmaps?resourceVersion=abc'",
    code: 1,
    err: /Invalid value: "abc"|strconv|invalid resource version/,
  },
])
