import type { Node } from '#lib/domain/node.ts'
import { defaultPorts } from '#lib/domain/bmc.ts'

/** The address of the BMC's own page: always https, at the port where Redfish is; null for an address that is none. */
export function toBmcPage(bmc: Pick<Node['bmc'], 'address' | 'endpoints'>): string | null {
  const port = bmc.endpoints.find(({ protocol }) => protocol === 'redfish')?.port ?? defaultPorts.redfish
  const host = bmc.address.includes(':') ? `[${bmc.address}]` : bmc.address
  const text = `https://${host}${port === defaultPorts.redfish ? '' : `:${port}`}/`
  return /^[A-Za-z0-9.:[\]_-]+$/.test(host) && URL.canParse(text) ? text : null
}
