/** The generators of `create`, `run`, `expose` and `autoscale`, and what is stored. */
import { script } from '../script.ts'

script('create', [
  {
    run: 'create configmap lit --from-literal=a=1 --from-literal=b=2',
    prints: 'configmap/lit created',
    after: { 'configmaps/lit': { data: { a: '1', b: '2' } } },
  },
  {
    run: 'create configmap file --from-file=app.conf --from-file=other=app.conf',
    files: { 'app.conf': 'x=1\n' },
    out: 'created',
    after: { 'configmaps/file': { data: { 'app.conf': 'x=1\n', other: 'x=1\n' } } },
  },
  {
    run: 'create configmap env --from-env-file=app.env',
    files: { 'app.env': '# comment\nA=1\nB=two words\n' },
    out: 'created',
    after: { 'configmaps/env': { data: { A: '1', B: 'two words' } } },
  },
  { run: 'create configmap hashed --from-literal=a=1 --append-hash -o name', out: /^configmap\/hashed-[a-z0-9]{10}$/m },
  {
    run: 'create cm lit --from-literal=a=1',
    code: 1,
    err: 'error: failed to create configmap: configmaps "lit" already exists',
  },
  {
    run: 'create secret generic pw --from-literal=user=u --type=kubernetes.io/basic-auth --from-literal=password=p',
    out: 'secret/pw created',
    after: { 'secrets/pw': { type: 'kubernetes.io/basic-auth', data: { password: 'cA==' } } },
  },
  {
    run: 'create secret docker-registry reg --docker-server=r.example --docker-username=u --docker-password=p',
    out: 'secret/reg created',
    after: { 'secrets/reg': { type: 'kubernetes.io/dockerconfigjson' } },
  },
  {
    run: 'create secret generic badtype --type=kubernetes.io/dockerconfigjson --from-literal=a=b',
    code: 1,
    err: 'data[.dockerconfigjson]: Required value',
    after: { 'secrets/badtype': null },
  },
  {
    run: 'create serviceaccount bot',
    prints: 'serviceaccount/bot created',
    after: { 'serviceaccounts/bot': { metadata: { namespace: '$NS' } } },
  },
  {
    run: 'create deployment idle --image=nginx:1.25 --replicas=0 --port=80',
    out: 'deployment.apps/idle created',
    after: {
      'deployments/idle': {
        spec: {
          replicas: 0,
          progressDeadlineSeconds: 600,
          revisionHistoryLimit: 10,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
          template: {
            spec: {
              containers: [
                { name: 'nginx', ports: [{ containerPort: 80, protocol: 'TCP' }], imagePullPolicy: 'IfNotPresent' },
              ],
              dnsPolicy: 'ClusterFirst',
              restartPolicy: 'Always',
            },
          },
        },
      },
    },
  },
  {
    run: 'create deployment idle --image=nginx',
    code: 1,
    err: 'error: failed to create deployment: deployments.apps "idle" already exists',
  },
  {
    run: 'create job once --image=busybox -- date',
    out: 'job.batch/once created',
    after: {
      'jobs/once': {
        spec: {
          completions: 1,
          parallelism: 1,
          backoffLimit: 6,
          completionMode: 'NonIndexed',
          suspend: false,
          template: { spec: { restartPolicy: 'Never' } },
        },
      },
    },
  },
  {
    run: "create cronjob nightly --image=busybox '--schedule=0 3 * * *' -- date",
    out: 'cronjob.batch/nightly created',
    after: {
      'cronjobs/nightly': {
        spec: { concurrencyPolicy: 'Allow', successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1, suspend: false },
      },
    },
  },
  {
    run: "create cronjob bad --image=busybox '--schedule=61 * * * *' -- date",
    code: 1,
    err: 'spec.schedule: Invalid value: "61 * * * *"',
    after: { 'cronjobs/bad': null },
  },
  {
    run: 'create job manual --from=cronjob/nightly',
    out: 'job.batch/manual created',
    after: {
      'jobs/manual': {
        metadata: {
          annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
          ownerReferences: [{ kind: 'CronJob', name: 'nightly' }],
        },
      },
    },
  },
  {
    run: 'create service clusterip ci --tcp=5678:8080',
    out: 'service/ci created',
    after: {
      'services/ci': {
        spec: {
          type: 'ClusterIP',
          ports: [{ name: '5678-8080', port: 5678, targetPort: 8080, protocol: 'TCP' }],
          selector: { app: 'ci' },
          internalTrafficPolicy: 'Cluster',
          ipFamilies: ['IPv4'],
        },
      },
    },
  },
  {
    run: 'create service clusterip headless --clusterip=None --tcp=80',
    out: 'created',
    after: { 'services/headless': { spec: { clusterIP: 'None', clusterIPs: ['None'] } } },
  },
  {
    run: 'create service nodeport np --tcp=80',
    out: 'service/np created',
    after: { 'services/np': { spec: { type: 'NodePort', externalTrafficPolicy: 'Cluster', ports: [{ port: 80 }] } } },
  },
  {
    run: 'create service nodeport low --tcp=80 --node-port=80',
    code: 1,
    err: 'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  },
  {
    run: 'create service loadbalancer lb --tcp=80',
    out: 'service/lb created',
    after: { 'services/lb': { spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: true } } },
  },
  {
    run: 'create service externalname en --external-name example.com',
    out: 'service/en created',
    after: { 'services/en': { spec: { type: 'ExternalName', externalName: 'example.com' } } },
  },
  {
    run: 'create quota q --hard=configmaps=50,services=20 --scopes=BestEffort',
    code: 1,
    err: 'unsupported scope applied to resource',
    after: { 'resourcequotas/q': null },
  },
  {
    run: 'create quota q --hard=configmaps=50,services=20',
    out: 'resourcequota/q created',
    after: { 'resourcequotas/q': { spec: { hard: { configmaps: '50', services: '20' } } } },
  },
  {
    run: 'create role reader --verb=get --verb=list --resource=pods,configmaps --resource-name=lit',
    out: 'role.rbac.authorization.k8s.io/reader created',
    after: {
      'roles/reader': {
        rules: [{ apiGroups: [''], resources: ['pods', 'configmaps'], resourceNames: ['lit'], verbs: ['get', 'list'] }],
      },
    },
  },
  {
    run: 'create role scaler --verb=update --resource=deployments.apps/scale',
    out: 'created',
    after: { 'roles/scaler': { rules: [{ apiGroups: ['apps'], resources: ['deployments/scale'] }] } },
  },
  {
    run: 'create rolebinding reads --role=reader --serviceaccount=$NS:bot --user=ann --group=devs',
    out: 'created',
    after: {
      'rolebindings/reads': {
        roleRef: { kind: 'Role', name: 'reader' },
        subjects: [
          { kind: 'User', name: 'ann' },
          { kind: 'Group', name: 'devs' },
          { kind: 'ServiceAccount', name: 'bot', namespace: '$NS' },
        ],
      },
    },
  },
  {
    run: 'create clusterrole $NS-all --verb=get --non-resource-url=/metrics',
    out: 'clusterrole.rbac.authorization.k8s.io/$NS-all created',
    after: { 'clusterroles/$NS-all': { rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] } },
  },
  {
    run: 'create clusterrolebinding $NS-all --clusterrole=$NS-all --user=ann',
    out: 'created',
    after: { 'clusterrolebindings/$NS-all': { subjects: [{ name: 'ann' }] } },
  },
  {
    run: 'delete clusterrolebinding,clusterrole $NS-all',
    err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace',
    out: [
      'clusterrolebinding.rbac.authorization.k8s.io "$NS-all" deleted',
      'clusterrole.rbac.authorization.k8s.io "$NS-all" deleted',
    ],
    after: { 'clusterroles/$NS-all': null },
  },
  {
    run: "create ingress in --class=nginx '--rule=a.example/api*=web:80,tls=cert' --default-backend=web:http",
    out: 'ingress.networking.k8s.io/in created',
    after: {
      'ingresses/in': {
        spec: {
          ingressClassName: 'nginx',
          tls: [{ hosts: ['a.example'], secretName: 'cert' }],
          rules: [{ http: { paths: [{ path: '/api', pathType: 'Prefix' }] } }],
        },
      },
    },
  },
  {
    run: 'create pdb guard --selector=app=idle --max-unavailable=1',
    out: 'poddisruptionbudget.policy/guard created',
    after: { 'poddisruptionbudgets/guard': { spec: { maxUnavailable: 1 } } },
  },
  {
    run: 'create priorityclass $NS-high --value=1000 --description=x --preemption-policy=Never',
    out: 'created',
    after: { 'priorityclasses/$NS-high': { value: 1000, preemptionPolicy: 'Never' } },
  },
  {
    run: 'create priorityclass $NS-too --value=2000000000',
    code: 1,
    err: 'maximum allowed value of a user defined priority is 1000000000',
  },
  {
    run: 'delete pc $NS-high',
    out: 'deleted',
    err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace',
    after: { 'priorityclasses/$NS-high': null },
  },
  { run: 'create token bot --duration=10m', out: /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/m },
  { run: 'create token bot --bound-object-kind=Pod --bound-object-name=nope', code: 1, err: 'pods "nope" not found' },
  { run: 'create token nobody', code: 1, err: 'error: failed to create token: serviceaccounts "nobody" not found' },
  {
    run: 'create deployment dry --image=nginx --dry-run=server -o jsonpath={.spec.revisionHistoryLimit}',
    prints: '10',
    after: { 'deployments/dry': null },
  },
  {
    run: 'create cm dry --from-literal=a=b --dry-run=server',
    prints: 'configmap/dry created (server dry run)',
    after: { 'configmaps/dry': null },
  },
  {
    run: 'create cm dry --from-literal=a=b --dry-run=client',
    prints: 'configmap/dry created (dry run)',
    after: { 'configmaps/dry': null },
  },
  {
    run: 'create cm Bad_Name --from-literal=a=b',
    code: 1,
    err: [
      'error: failed to create configmap: ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain',
    ],
  },
  {
    run: 'create -f gen.yaml -o name',
    files: { 'gen.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: gen- }\n' },
    out: /^configmap\/gen-[a-z0-9]{5}$/m,
  },
  {
    run: 'create -f - -o name',
    stdin: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"piped"}}',
    prints: 'configmap/piped',
    after: { 'configmaps/piped': {} },
  },
  {
    run: 'create --raw /api/v1/namespaces/$NS/configmaps -f raw.json',
    files: { 'raw.json': '{"metadata":{"name":"raw"},"data":{"a":"b"}}' },
    out: { json: { kind: 'ConfigMap', metadata: { name: 'raw' } } },
    after: { 'configmaps/raw': { data: { a: 'b' } } },
  },
  {
    run: 'run held --image=nginx --labels=app=held --env=A=1 --port=80 --overrides=\'{"spec":{"schedulerName":"nobody"}}\'',
    prints: 'pod/held created',
    after: {
      'pods/held': {
        metadata: { labels: { app: 'held' } },
        spec: {
          containers: [{ name: 'held', env: [{ name: 'A', value: '1' }] }],
          schedulerName: 'nobody',
          serviceAccountName: 'default',
          enableServiceLinks: true,
          tolerations: [{ key: 'node.kubernetes.io/not-ready' }, {}],
        },
        status: { phase: 'Pending', qosClass: 'BestEffort' },
      },
    },
  },
  {
    run: 'run exposed --image=nginx --port=80 --expose --overrides=\'{"spec":{"schedulerName":"nobody"}}\' --override-type=strategic',
    out: ['service/exposed created', 'pod/exposed created'],
    after: { 'services/exposed': { spec: { selector: { run: 'exposed' } } } },
  },
  {
    run: 'expose deployment idle --port=80 --target-port=8080 --name=idle-svc --type=NodePort',
    out: 'service/idle-svc exposed',
    after: {
      'services/idle-svc': { spec: { type: 'NodePort', selector: { app: 'idle' }, ports: [{ targetPort: 8080 }] } },
    },
  },
  {
    run: 'expose pod held --name=held',
    out: 'service/held exposed',
    after: { 'services/held': { spec: { ports: [{ port: 80 }], selector: { app: 'held' } } } },
  },
  {
    run: 'autoscale deployment idle --min=1 --max=3 --cpu-percent=50',
    out: 'horizontalpodautoscaler.autoscaling/idle autoscaled',
    err: /^$|cpu-percent has been deprecated/,
    after: {
      'horizontalpodautoscalers/idle': {
        spec: {
          minReplicas: 1,
          maxReplicas: 3,
          scaleTargetRef: { kind: 'Deployment', name: 'idle' },
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
          ],
        },
      },
    },
  },
  { run: 'create cm', code: 1, err: 'error: exactly one NAME is required, got 0' },
  {
    run: 'create -f nokind.yaml',
    files: { 'nokind.yaml': 'apiVersion: v1\nmetadata: { name: x }\n' },
    code: 1,
    err: /Object 'Kind' is missing|kind not set/,
  },
  {
    run: 'create -f nomatch.yaml',
    files: { 'nomatch.yaml': 'apiVersion: nope.example/v1\nkind: Thing\nmetadata: { name: x }\n' },
    code: 1,
    err: 'no matches for kind "Thing" in version "nope.example/v1"',
  },
])
