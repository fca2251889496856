/** CustomResourceDefinitions from creation to deletion, and their objects. */
import { script } from '../script.ts'

const group = '$NS.example.com'
const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [things] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {}, scale: { specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector } }
      additionalPrinterColumns:
        - { name: Size, type: integer, jsonPath: .spec.size, description: How big }
        - { name: Color, type: string, jsonPath: .spec.color, priority: 1 }
        - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
      schema:
        openAPIV3Schema:
          type: object
          description: Something to sell.
          required: [spec]
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: { type: integer, minimum: 1, maximum: 10, description: How big it is. }
                color: { type: string, enum: [red, green], default: red }
                replicas: { type: integer, default: 1 }
                tags: { type: array, items: { type: string, maxLength: 5 }, x-kubernetes-list-type: set }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true }
            status:
              type: object
              properties: { phase: { type: string }, replicas: { type: integer }, selector: { type: string } }
`
const widget = (name: string, spec: string): string =>
  `apiVersion: ${group}/v1\nkind: Widget\nmetadata: { name: ${name} }\nspec: ${spec}\n`
const crdName = `widgets.${group}`

script('crd', [
  {
    run: 'create -f crd.yaml',
    files: { 'crd.yaml': crd },
    prints: `customresourcedefinition.apiextensions.k8s.io/${crdName} created`,
  },
  {
    run: `wait --for=condition=Established crd/${crdName} --timeout=10s`,
    prints: `customresourcedefinition.apiextensions.k8s.io/${crdName} condition met`,
    after: {
      [`customresourcedefinitions/${crdName}`]: {
        status: { acceptedNames: { kind: 'Widget', listKind: 'WidgetList' }, storedVersions: ['v1'] },
      },
    },
  },
  { run: `api-resources --api-group=${group}`, out: `widgets wd ${group}/v1 true Widget` },
  {
    run: `explain widgets.spec --api-version=${group}/v1`,
    out: ['KIND: Widget', 'FIELD: spec <Object>', 'size <integer> -required-', 'How big it is.'],
  },
  {
    run: 'create -f a.yaml',
    files: { 'a.yaml': widget('a', '{ size: 3, free: { any: [1, { thing: true }] } }') },
    prints: `widget.${group}/a created`,
    after: {
      [`widgets.${group}/a`]: {
        metadata: { generation: 1 },
        spec: { size: 3, color: 'red', replicas: 1, free: { any: [1, { thing: true }] } },
      },
    },
  },
  { run: 'get widgets', out: [/^NAME +SIZE +AGE$/m, /^a +3 +\d+s$/m] },
  { run: 'get wd -o wide', out: [/^NAME +SIZE +COLOR +AGE$/m, /^a +3 +red +\d+s$/m] },
  { run: 'get things', out: /^a +3/m },
  { run: `get widget.v1.${group} a -o jsonpath={.spec.color}`, prints: 'red' },
  { run: 'describe widget a', out: ['Name: a', 'Kind: Widget', 'Size: 3', 'Events: <none>'] },
  {
    run: 'create -f small.yaml',
    files: { 'small.yaml': widget('small', '{ size: 0 }') },
    code: 1,
    err: 'The Widget "small" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
  },
  {
    run: 'create -f color.yaml',
    files: { 'color.yaml': widget('color', '{ size: 1, color: blue }') },
    code: 1,
    err: 'spec.color: Unsupported value: "blue": supported values: "red", "green"',
  },
  {
    run: 'create -f none.yaml',
    files: { 'none.yaml': widget('none', '{}') },
    code: 1,
    err: 'spec.size: Required value',
  },
  {
    run: 'create -f type.yaml',
    files: { 'type.yaml': widget('type', '{ size: big }') },
    code: 1,
    err: 'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
  },
  {
    run: 'create -f tags.yaml',
    files: { 'tags.yaml': widget('tags', '{ size: 1, tags: [a, a] }') },
    code: 1,
    err: 'spec.tags[1]: Duplicate value: "a"',
  },
  {
    run: 'create -f long.yaml',
    files: { 'long.yaml': widget('long', '{ size: 1, tags: [abcdef] }') },
    code: 1,
    err: 'spec.tags[0]: Too long: may not be more than 5 bytes',
  },
  {
    run: 'create -f extra.yaml',
    files: { 'extra.yaml': widget('extra', '{ size: 1, nosuch: 1 }') },
    code: 1,
    err: 'strict decoding error: unknown field "spec.nosuch"',
  },
  { run: 'create -f extra.yaml --validate=ignore', prints: `widget.${group}/extra created` },
  { run: 'get widget extra -o jsonpath={.spec}', prints: '{"color":"red","replicas":1,"size":1}' },
  {
    run: `patch widget a --type=merge -p '{"spec":{"size":5}}'`,
    prints: `widget.${group}/a patched`,
    after: { [`widgets.${group}/a`]: { metadata: { generation: 2 }, spec: { size: 5 } } },
  },
  {
    run: `patch widget a -p '{"spec":{"size":5}}'`,
    code: 1,
    err: 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  },
  {
    run: `patch widget a --type=json -p '[{"op":"replace","path":"/spec/size","value":11}]'`,
    code: 1,
    err: 'spec.size in body should be less than or equal to 10',
  },
  {
    run: `patch widget a --subresource=status --type=merge -p '{"status":{"phase":"Ready"},"spec":{"size":9}}'`,
    prints: `widget.${group}/a patched`,
    after: { [`widgets.${group}/a`]: { metadata: { generation: 2 }, spec: { size: 5 }, status: { phase: 'Ready' } } },
  },
  {
    run: "wait --for=jsonpath='{.status.phase}'=Ready widget/a --timeout=5s",
    prints: `widget.${group}/a condition met`,
  },
  {
    run: 'scale widget a --replicas=4',
    prints: `widget.${group}/a scaled`,
    after: {
      [`widgets.${group}/a`]: { spec: { replicas: 4 } },
      [`widgets.${group}/a/scale`]: { kind: 'Scale', spec: { replicas: 4 } },
    },
  },
  { run: 'label widget a x=y', prints: `widget.${group}/a labeled` },
  { run: 'get widgets -l x=y -o name', prints: `widget.${group}/a` },
  { run: 'get widgets --field-selector metadata.name=extra -o name', prints: `widget.${group}/extra` },
  { run: 'get widgets --field-selector spec.size=5', code: 1, err: 'field label not supported: spec.size' },
  {
    run: 'apply -f a.yaml',
    prints: `widget.${group}/a configured`,
    err: 'missing the kubectl.kubernetes.io/last-applied-configuration annotation',
  },
  { run: 'apply -f a.yaml', prints: `widget.${group}/a unchanged` },
  {
    run: 'apply --server-side -f b.yaml',
    files: { 'b.yaml': widget('b', '{ size: 2, tags: [a, b] }') },
    prints: `widget.${group}/b serverside-applied`,
    after: {
      [`widgets.${group}/b`]: {
        metadata: {
          managedFields: [
            {
              manager: 'kubectl',
              operation: 'Apply',
              fieldsV1: { 'f:spec': { 'f:size': {}, 'f:tags': { 'v:"a"': {} } } },
            },
          ],
        },
      },
    },
  },
  {
    run: 'replace -f norv.yaml',
    files: { 'norv.yaml': widget('b', '{ size: 4 }') },
    out: `widget.${group}/b replaced`,
  },
  { run: 'delete widget a extra', out: [`widget.${group} "a" deleted`], after: { [`widgets.${group}/a`]: null } },
  { run: `get crd ${crdName}`, out: [/^NAME +CREATED AT$/m] },
  { run: `describe crd ${crdName}`, out: [`Name: ${crdName}`, 'Kind: CustomResourceDefinition', 'Accepted Names:'] },
  {
    run: 'create -f bad.yaml',
    files: { 'bad.yaml': crd.replace('name: widgets.', 'name: other.') },
    code: 1,
    err: `metadata.name: Invalid value: "other.${group}": must be spec.names.plural+"."+spec.group`,
  },
  {
    run: 'create -f noschema.yaml',
    files: {
      'noschema.yaml': `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: gadgets.${group} }\nspec: { group: ${group}, scope: Cluster, names: { plural: gadgets, kind: Gadget }, versions: [{ name: v1, served: true, storage: true }] }\n`,
    },
    code: 1,
    err: 'spec.versions[0].schema.openAPIV3Schema: Required value',
  },
  {
    run: `delete crd ${crdName}`,
    err: 'Warning: deleting cluster-scoped resources, not scoped to the provided namespace',
    out: `customresourcedefinition.apiextensions.k8s.io "${crdName}" deleted`,
    after: { [`customresourcedefinitions/${crdName}`]: null },
  },
  { run: `get --raw /apis/${group}/v1/namespaces/$NS/widgets`, code: 1, err: 'could not find the requested resource' },
])
