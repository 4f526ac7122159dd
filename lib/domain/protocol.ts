import * as z from 'zod/mini'

/** What a BMC can be asked and told by. SSH carries consoles alone. */
export const protocol = z.enum(['redfish', 'ipmi'])
export type Protocol = z.infer<typeof protocol>

export const protocolNames: Record<Protocol, string> = { redfish: 'Redfish', ipmi: 'IPMI' }
