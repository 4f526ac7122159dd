import * as z from 'zod/mini'
import { bmcFailure, endpoint, identity, protocol, protocolChoice } from './bmc.ts'
import { health, healthLevel } from './health.ts'
import { powerState } from './power.ts'
import { maintenance } from './silence.ts'

/** A DNS label (RFC 1123 §2.1): what an operator types, and what `<name>-ipmi.<cluster>` is made of. */
export const nodeName = z.string().check(
  z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a node name is a DNS label: a-z, 0-9 and -, at most 63 characters'),
)

/** A word that a noderange can name: what stands between its operators, and is neither a property nor a regular expression. */
export const groupName = z.string().check(
  z.trim(),
  z.regex(/^[^\s,;@()[\]~"=*-][^\s,;@()[\]~"=*]{0,62}$/u, 'a group is a word of at most 63 characters without spaces or any of , ; @ ( ) [ ] ~ " = *'),
)

/** The management state of a node, beside its power: can we speak with its BMC at all? */
export const bmcState = z.enum(['probing', 'ok', 'failed'])

export const hottest = z.object({ name: z.string(), reading: z.number(), health: healthLevel })

/**
 * A node as the fleet page shows it. `seenAt` is the last moment its BMC answered a poll, null for never;
 * `power.at` is when that state was read. What is older than the facet's limit must be shown as stale: see `asOf`.
 */
export const node = z.object({
  id: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
  tags: z.array(z.string()),
  rack: z.nullable(z.string()),
  position: z.nullable(z.number()),
  attributes: z.record(z.string(), z.string()),
  protected: z.boolean(),
  /** Absent: nobody works at it. */
  maintenance: z.optional(maintenance),
  power: z.object({ state: powerState, at: z.nullable(z.iso.datetime()) }),
  health: z.extend(health, { at: z.nullable(z.iso.datetime()) }),
  identity,
  hottest: z.nullable(hottest),
  watts: z.nullable(z.number()),
  /** The power cap in force; absent where the BMC does not tell of one with its sensors. */
  capWatts: z.optional(z.number()),
  seenAt: z.nullable(z.iso.datetime()),
  bmc: z.object({
    address: z.string(),
    protocol: protocolChoice,
    state: bmcState,
    via: z.nullable(protocol),
    failure: z.nullable(bmcFailure),
    latencyMs: z.nullable(z.number()),
    endpoints: z.array(endpoint),
  }),
  revision: z.number(),
})
export type Node = z.infer<typeof node>
