import { toSearch } from '#lib/api/paths.ts'

/** Where every Redfish service begins (DSP0266 §6.2). */
export const serviceRoot = '/redfish/v1/'

/** The resource that the page's address names; the service root when it names none. */
export const addressIn = (search: { get(name: string): string | null }): string => search.get('path') ?? serviceRoot

/** The page's address for a resource. */
export const toHref = (pathname: string, address: string): string => `${pathname}${toSearch({ path: address === serviceRoot ? undefined : address })}`

/** A value that names something of the same service: `@odata.id`, `target`, `Members@odata.nextLink` and whatever else begins so. */
export const isLocal = (text: string): boolean => text.startsWith('/redfish/') && text.length <= 2048

/** What is asked of the BMC, and the place in the answer that the fragment names (RFC 6901, `…/Thermal#/Fans/0`). */
export function toAsked(address: string): { path: string; pointer: string | null } {
  const hash = address.indexOf('#')
  const path = hash < 0 ? address : address.slice(0, hash)
  const pointer = hash < 0 ? '' : address.slice(hash + 1)
  return { path: path.replace(/[^\x21-\x7e]/gu, encodeURIComponent), pointer: pointer === '' ? null : pointer }
}

export type Crumb = { name: string; address: string }

/** A path as steps, each with its own address; the query belongs to the last. Pure. */
export function toCrumbs(address: string): Crumb[] {
  const { path } = toAsked(address)
  const [resource = '', query] = path.split('?', 2)
  const names = resource.split('/').filter((name) => name !== '')
  return names.map((name, index) => {
    const isLast = index === names.length - 1
    const upTo = `/${names.slice(0, index + 1).join('/')}`
    // The two roots are the only ones whose slash is part of their name.
    return { name: isLast && query !== undefined ? `${name}?${query}` : name, address: isLast ? path : index < 2 ? `${upTo}/` : upTo }
  })
}

/** What somebody typed or pasted, as an address: a URL of the BMC, or a path with or without its beginning. */
export function toAddress(typed: string): string {
  const path = typed.trim().replace(/^https?:\/\/[^/]*/i, '')
  if (path === '' || path === '/') return serviceRoot
  if (path.startsWith('/redfish')) return path === '/redfish' ? '/redfish/' : path
  return `${serviceRoot}${path.replace(/^\/?(?:v1\/)?/, '')}`
}
