/** Every built-in kind in its table, with the wide columns, and in `describe`. */
import { script, type Row } from '../script.ts'
import { EVERY_KIND } from './every-kind.ts'

/** Kind, header, a row of it as a pattern (`~` for an age), and what `describe` says of it. */
const KINDS: readonly [query: string, header: string, row: string, describes: readonly string[]][] = [
  [
    'pod x',
    'NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES',
    'x 0/1 Pending 0 ~ <none> <none> <none> <none>',
    [
      'Name: x',
      'Node: <none>',
      'Status: Pending',
      'QoS Class: BestEffort',
      'Image: nginx:1',
      'Tolerations: node.kubernetes.io/not-ready:NoExecute op=Exists for 300s',
    ],
  ],
  ['podtemplate x', 'NAME CONTAINERS IMAGES POD LABELS', 'x c nginx:1 app=x', ['Name: x']],
  [
    'rc x',
    'NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR',
    'x 0 0 0 ~ c nginx:1 app=rc',
    [
      'Selector: app=rc',
      'Replicas: 0 current / 0 desired',
      'Pods Status: 0 Running / 0 Waiting / 0 Succeeded / 0 Failed',
    ],
  ],
  ['cm x', 'NAME DATA AGE', 'x 1 ~', ['Data\n====\nkey:\n----\nvalue', 'BinaryData']],
  ['secret x', 'NAME TYPE DATA AGE', 'x Opaque 1 ~', ['Type: Opaque', 'key: 5 bytes']],
  [
    'svc x',
    'NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR',
    'x ClusterIP [0-9.]+ <none> 80/TCP ~ app=none',
    ['Selector: app=none', 'Port: http 80/TCP', 'TargetPort: 8080/TCP', 'Session Affinity: None', 'Endpoints:'],
  ],
  ['limits x', 'NAME CREATED AT', 'x 20\\S+Z', ['PersistentVolumeClaim storage - 10Gi']],
  [
    'pv $NS-pv',
    'NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE VOLUMEMODE',
    '$NS-pv 1Gi RWO Retain \\w+ $NS-none <unset> ~ Filesystem',
    ['Reclaim Policy: Retain', 'Capacity: 1Gi', 'Type: HostPath (bare host directory volume)'],
  ],
  [
    'pvc x',
    'NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE VOLUMEMODE',
    'x Pending $NS-other <unset> ~ Filesystem',
    ['StorageClass: $NS-other', 'Status: Pending', 'Used By: <none>'],
  ],
  [
    'event x',
    'LAST SEEN TYPE REASON OBJECT SUBOBJECT SOURCE MESSAGE FIRST SEEN COUNT NAME',
    '~ Warning Odd pod/x me something odd ~ 3 x',
    ['Message: something odd', 'Reason: Odd'],
  ],
  [
    'deploy x',
    'NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR',
    'x 0/0 0 0 ~ c nginx:1 app=d',
    [
      'Selector: app=d',
      'Replicas: 0 desired | 0 updated | 0 total | 0 available | 0 unavailable',
      'StrategyType: RollingUpdate',
      'RollingUpdateStrategy: 25% max unavailable, 25% max surge',
    ],
  ],
  [
    'rs x',
    'NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR',
    'x 0 0 0 ~ c nginx:1 app=rs',
    ['Selector: app=rs', 'Replicas: 0 current / 0 desired'],
  ],
  [
    'sts x',
    'NAME READY AGE CONTAINERS IMAGES',
    'x 0/0 ~ c nginx:1',
    ['Replicas: 0 desired | 0 total', 'Update Strategy: RollingUpdate'],
  ],
  [
    'ds x',
    'NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE CONTAINERS IMAGES SELECTOR',
    'x 0 0 0 0 0 disk=ssd ~ c nginx:1 app=ds',
    ['Node-Selector: disk=ssd', 'Desired Number of Nodes Scheduled: 0'],
  ],
  ['controllerrevision x', 'NAME CONTROLLER REVISION AGE', 'x <none> 7 ~', ['Name: x', 'Revision: 7']],
  [
    'job x',
    'NAME STATUS COMPLETIONS DURATION AGE CONTAINERS IMAGES SELECTOR',
    'x (Suspended|Running) 0/1 (~ )?~ c busybox:1 batch.kubernetes.io/controller-uid=\\S+',
    ['Parallelism: 1', 'Completions: 1', 'Suspend: true', 'Backoff Limit: 6'],
  ],
  [
    'cronjob x',
    'NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST SCHEDULE AGE CONTAINERS IMAGES SELECTOR',
    'x 0 3 \\* \\* \\* Etc/UTC True 0 <none> ~ c busybox:1 <none>',
    ['Schedule: 0 3 * * *', 'Concurrency Policy: Allow', 'Suspend: True', 'Last Schedule Time: <unset>'],
  ],
  [
    'hpa x',
    'NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE',
    'x Deployment/x cpu: <unknown>/50% 1 3 0 ~',
    [
      'Reference: Deployment/x',
      'resource cpu on pods (as a percentage of request): <unknown> / 50%',
      'Min replicas: 1',
      'Max replicas: 3',
    ],
  ],
  [
    'ing x',
    'NAME CLASS HOSTS ADDRESS PORTS AGE',
    'x $NS-none a.example 80 ~',
    ['Ingress Class: $NS-none', 'a.example', '/ x:80'],
  ],
  [
    'ingressclass $NS-ic',
    'NAME CONTROLLER PARAMETERS AGE',
    '$NS-ic example.com/ingress <none> ~',
    ['Controller: example.com/ingress'],
  ],
  [
    'netpol x',
    'NAME POD-SELECTOR AGE',
    'x app=x ~',
    [
      'PodSelector: app=x',
      'To Port: 80/TCP',
      'PodSelector: app=z',
      'Not affecting egress traffic',
      'Policy Types: Ingress',
    ],
  ],
  [
    'pdb x',
    'NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE',
    'x 1 N/A 0 ~',
    ['Min available: 1', 'Selector: app=none'],
  ],
  ['role x', 'NAME CREATED AT', 'x 20\\S+Z', ['pods [] [] [get]']],
  ['rolebinding x', 'NAME ROLE AGE USERS GROUPS SERVICEACCOUNTS', 'x Role/x ~ ann', ['User ann']],
  ['clusterrole $NS-cr', 'NAME CREATED AT', '$NS-cr 20\\S+Z', ['deployments.apps [] [] [get]']],
  [
    'clusterrolebinding $NS-crb',
    'NAME ROLE AGE USERS GROUPS SERVICEACCOUNTS',
    '$NS-crb ClusterRole/$NS-cr ~ devs',
    ['Group devs'],
  ],
  [
    'sc $NS-sc',
    'NAME PROVISIONER RECLAIMPOLICY VOLUMEBINDINGMODE ALLOWVOLUMEEXPANSION AGE',
    '$NS-sc example.com/disk Delete Immediate false ~',
    ['Provisioner: example.com/disk', 'ReclaimPolicy: Delete', 'VolumeBindingMode: Immediate'],
  ],
  [
    'csidriver $NS.example.com',
    'NAME ATTACHREQUIRED PODINFOONMOUNT STORAGECAPACITY TOKENREQUESTS REQUIRESREPUBLISH MODES AGE',
    '$NS.example.com false false false <unset> false Persistent ~',
    ['Attach Required: false', 'Fs Group Policy: ReadWriteOnceWithFSType'],
  ],
  ['lease x', 'NAME HOLDER AGE', 'x me ~', ['Holder Identity: me']],
  [
    'endpointslice x',
    'NAME ADDRESSTYPE PORTS ENDPOINTS AGE',
    'x IPv4 80 10.0.0.1 ~',
    ['AddressType: IPv4', 'Addresses: 10.0.0.1'],
  ],
  ['runtimeclass $NS-rc', 'NAME HANDLER AGE', '$NS-rc runc ~', ['Handler: runc']],
  [
    'csr $NS-csr',
    'NAME AGE SIGNERNAME REQUESTOR REQUESTEDDURATION CONDITION',
    '$NS-csr ~ example.com/none \\S+ 60m Pending',
    ['Signer: example.com/none', 'Status: Pending', 'Common Name: alice'],
  ],
  [
    'validatingadmissionpolicy $NS-vap',
    'NAME VALIDATIONS PARAMKIND AGE',
    '$NS-vap 1 <unset> ~',
    ['Failure Policy: Ignore'],
  ],
  ['validatingwebhookconfiguration $NS-vwc', 'NAME WEBHOOKS AGE', '$NS-vwc 0 ~', ['Name: $NS-vwc']],
  [
    'prioritylevelconfiguration $NS-plc',
    'NAME TYPE NOMINALCONCURRENCYSHARES QUEUES HANDSIZE QUEUELENGTHLIMIT AGE',
    '$NS-plc Limited 1 <none> <none> <none> ~',
    ['Type: Limited'],
  ],
  [
    'flowschema $NS-fs',
    'NAME PRIORITYLEVEL MATCHINGPRECEDENCE DISTINGUISHERMETHOD AGE MISSINGPL',
    '$NS-fs $NS-plc 9000 <none> ~ (False|\\?|<unknown>)?',
    ['Matching Precedence: 9000'],
  ],
  ['deviceclass $NS-dc', 'NAME AGE', '$NS-dc ~', ['Name: $NS-dc']],
  ['ns $NS', 'NAME STATUS AGE', '$NS Active ~', ['Status: Active', 'Resource Quotas', 'configmaps']],
]

const AGE = String.raw`(\d+[smhdy]){1,2}`

const tables = KINDS.map(([query, header, row]): Row => ({
  run: `get ${query} -o wide`,
  out: [header, asPattern(row)],
}))

const described = KINDS.map(([query, , , says]): Row => ({ run: `describe ${query}`, out: says }))

script('tables', [
  {
    run: 'create -f every.yaml',
    files: { 'every.yaml': EVERY_KIND },
    out: ['pod/x created', 'deviceclass.resource.k8s.io/$NS-dc created'],
    err: /^$|Warning: (v1 Endpoints|spec)/,
  },
  ...tables,
  { run: 'get quota x', out: [/REQUEST/, /configmaps: \d+\/50/] },
  { run: 'get sa x --no-headers', out: /^x / },
  { run: 'get pc $NS-pc', out: [/^NAME +VALUE +GLOBAL-DEFAULT +AGE/, '$NS-pc 100 false'] },
  { run: 'get events --for=pod/x', code: 1, err: 'unknown flag: --for' },
  { run: 'events --for=pod/x', out: ['LAST SEEN TYPE REASON OBJECT MESSAGE', /Warning +Odd +Pod\/x +something odd/] },
  { run: 'events --types=Normal --for=pod/x', prints: '', err: 'No events found in $NS namespace.' },
  {
    run: 'get all',
    out: ['pod/x', 'service/x', 'deployment.apps/x', 'job.batch/x', 'horizontalpodautoscaler.autoscaling/x'],
    not: /configmap|secret/,
    err: /^$|Warning/,
  },
  ...described,
  { run: 'describe quota x', out: [/configmaps +\d+ +50/] },
  { run: 'describe sa x', out: ['Name: x', 'Image pull secrets: <none>'] },
  { run: 'describe pc $NS-pc', out: ['Value: 100', 'GlobalDefault: false', 'Description: for tests'] },
  { run: 'describe nosuchkind', code: 1, err: 'error: the server doesn\'t have a resource type "nosuchkind"' },
  { run: 'describe cm nope', code: 1, err: 'Error from server (NotFound): configmaps "nope" not found' },
  {
    run: 'delete -f every.yaml --wait=false',
    err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace',
    out: ['pod "x" deleted', 'deviceclass.resource.k8s.io "$NS-dc" deleted'],
    after: { 'persistentvolumes/$NS-pv': null, 'clusterroles/$NS-cr': null },
  },
])

/** Cells with one or more spaces between them; those that are empty leave none. */
function asPattern(row: string): RegExp {
  const cells = row.replaceAll('~', AGE).replaceAll('$NS', '\\$NS').replaceAll(' ', ' +')
  return new RegExp(`^${cells}`, 'm')
}
