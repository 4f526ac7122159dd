import * as z from 'zod/mini'

/** So many addresses at once: a /16. */
export const mostScanned = 65_536

export const scanPorts = z.object({ redfish: z.number(), ipmi: z.number() })
export type ScanPorts = z.infer<typeof scanPorts>

/** What a BMC says of itself before anybody signs in. Absent: it did not say. */
export const redfishSighting = z.object({
  version: z.optional(z.string()),
  vendor: z.optional(z.string()),
  product: z.optional(z.string()),
  uuid: z.optional(z.string()),
  /** SHA-256 of its certificate, hex. */
  certificate: z.optional(z.string()),
})
export const ipmiSighting = z.object({ supportsIpmi20: z.optional(z.boolean()) })

/** A BMC that answered, by one protocol or both. */
export const sighting = z.object({ address: z.string(), redfish: z.nullable(redfishSighting), ipmi: z.nullable(ipmiSighting) })
export type Sighting = z.infer<typeof sighting>
