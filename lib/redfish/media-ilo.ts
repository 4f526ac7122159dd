import type { MediaRoute } from './media-route.ts'

/** InsertVirtualMedia of iLO 4 and early iLO 5, beside which there is no InsertMedia (HPE's Redfish reference, HpeiLOVirtualMedia). */
export const iloRoute: MediaRoute = {
  way: 'ilo',
  fits: ({ action, insertTarget }) => action?.endsWith('InsertVirtualMedia') === true && insertTarget !== undefined,
  insert: ({ insertTarget }, { url }) => [{ method: 'POST', path: insertTarget!, body: { Image: url } }],
  eject: ({ ejectTarget }) => (ejectTarget === undefined ? [] : [{ method: 'POST', path: ejectTarget, body: {} }]),
}
