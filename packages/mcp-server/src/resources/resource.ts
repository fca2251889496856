/**
 * What a resource is: an address under which a tool's answer can be read. It brings no rights of its own: whoever may call
 * the tool may read the resource, and the chain that a call passes is passed by a read.
 *
 * Sources: MCP specification, server/resources; RFC 6570 level 1 for the templates.
 */
export type Resource = {
  /** `k8s://nodes`, or a template, `k8s://namespaces/{namespace}/{kind}` */
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly description: string
  readonly mimeType: string
  /** The tool that answers. */
  readonly tool: string
  /** The tool's arguments, of what stands in the template's places. */
  arguments(places: Readonly<Record<string, string>>): Readonly<Record<string, unknown>>
}

export type Found = { readonly resource: Resource; readonly arguments: Readonly<Record<string, unknown>> }

export function isTemplate({ uri }: Resource): boolean {
  return uri.includes('{')
}

/** The resource that a URI is an address of. A place holds one segment and is never empty. */
export function findResource(resources: readonly Resource[], uri: string): Found | undefined {
  for (const resource of resources) {
    const places = placesIn(resource.uri, uri)
    if (places) return { resource, arguments: resource.arguments(places) }
  }
  return undefined
}

function placesIn(template: string, uri: string): Record<string, string> | undefined {
  const [expected, found] = [template.split('/'), uri.split('/')]
  if (expected.length !== found.length) return undefined
  const places: Record<string, string> = {}
  for (const [n, segment] of expected.entries()) {
    const place = /^\{(\w+)\}$/.exec(segment)?.[1]
    const value = decoded(found[n] ?? '')
    if (place === undefined ? segment !== found[n] : value === undefined || value === '') return undefined
    if (place !== undefined) places[place] = value ?? ''
  }
  return places
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
