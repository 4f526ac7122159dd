import type { NodeDetail } from '#lib/api/contract.ts'

/** Whether a certificate may ever be seen of this BMC: only Redfish has one, and it is asked for, or was not found missing. */
export const mayHaveCertificate = ({ bmc }: Pick<NodeDetail, 'bmc'>): boolean =>
  bmc.protocol !== 'ipmi' && !bmc.endpoints.some(({ protocol, state }) => protocol === 'redfish' && state === 'absent')
