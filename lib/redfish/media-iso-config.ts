import type { MediaOrder, MediaRoute } from './media-route.ts'

const splitUrl = ({ url, protocol }: MediaOrder) => {
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/]+)(\/.*)$/i.exec(url) ?? []
  // A share is named as Windows does it, which its web page shows: host 10.0.0.1, path \share\x.iso.
  return protocol === 'cifs' ? { Host: host, Path: path.replaceAll('/', '\\') } : { Host: `${protocol}://${host}`, Path: path }
}

/**
 * Supermicro's X10 and X11 before they had InsertMedia: the place is set in VM1/CfgCD, then IsoConfig.Mount, with 2 to 3 s between. That
 * it was taken proves no mount: VM1/CD1 appears (redhat-performance/badfish).
 */
export const isoConfigRoute: MediaRoute = {
  way: 'iso-config',
  fits: ({ action, insertTarget }) => action?.endsWith('IsoConfig.Mount') === true && insertTarget !== undefined,
  insert: ({ path, insertTarget }, order) => [
    { method: 'PATCH', path, body: { ...splitUrl(order), Username: order.user ?? '', Password: order.password ?? '' } },
    { method: 'POST', path: insertTarget!, body: {}, pauseMs: 3_000 },
  ],
  eject: ({ ejectTarget }) => (ejectTarget === undefined ? [] : [{ method: 'POST', path: ejectTarget, body: {} }]),
}
