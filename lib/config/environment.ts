import { isIPv6 } from 'node:net'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { networkRule, parseNetworks } from './networks.ts'

/** A variable that cannot be used: one line that names it. Entries print it and end with 1. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const networks = z.string().transform((text, context) => {
  try {
    return parseNetworks(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

const number = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `must be a whole number from ${from} to ${to}`)

const port = number(0, 65535).transform((value) => (value === 0 ? null : value))

const url = (protocols: readonly string[], like: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol) && new URL(text).hostname !== '', `must look like ${like}`)
    .transform((text) => new URL(text))

const file = z.string().transform((path) => resolve(path))
const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1')

/** What administrators may change at a BMC by hand: nothing, what does not hand the BMC over (no accounts, keys, firmware), or all. */
const redfishChanges = z.enum(['none', 'guarded', 'all'], 'must be none, guarded or all')
export type RedfishChanges = z.infer<typeof redfishChanges>

const isPostgresUrl = (text: string) => URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol)

const variables = z.object({
  PORT: number(1, 65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  TLS_CERT: file.optional(),
  TLS_KEY: file.optional(),
  TRUSTED_PROXY: networks.optional(),
  DATA_DIR: file.default(resolve('data')),
  DATABASE_URL: z.string().refine(isPostgresUrl, 'must look like postgresql://user:password@host:5432/database').optional(),
  BMC_NETWORKS: networks.optional(),
  BMC_CA: file.optional(),
  REDFISH_CHANGES: redfishChanges.default('guarded'),
  AUDIT_CHECKPOINT_ROWS: number(1, 100_000).default(100),
  AUDIT_CHECKPOINT_SECONDS: number(1, 86_400).default(60),
  AUDIT_CHECKPOINT_FILE: file.optional(),
  AUDIT_SYSLOG: url(['udp:', 'tcp:'], 'udp://loghost:514 or tcp://loghost:601').optional(),
  AUDIT_WEBHOOK: url(['https:'], 'https://example.org/checkpoints').optional(),
  AUDIT_WEBHOOK_SECRET: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'must be 1 to 512 printable characters without spaces').optional(),
  /** The IPv4 address at which BMCs reach the depot; wins over what an administrator set. */
  MEDIA_ADDRESS: z.ipv4('must be an IPv4 address such as 10.4.0.2').optional(),
  /** Where the depot serves images to BMCs, and at which ports; 0 leaves that way out. */
  DEPOT_HOST: z.ipv4('must be an IPv4 address such as 0.0.0.0').default('0.0.0.0'),
  DEPOT_HTTP_PORT: port.default(3080),
  DEPOT_HTTPS_PORT: port.default(3443),
  DEPOT_NFS_PORT: port.default(2049),
  /** BMCs look for the portmapper at 111, which needs a right that only root gives. */
  DEPOT_PORTMAP_PORT: port.default(111),
  DEPOT_TLS_CERT: file.optional(),
  DEPOT_TLS_KEY: file.optional(),
  DEMO_NODES: number(1, 10_000).default(16),
  /** Set by start.ts for its children: end when stdin closes, because the supervisor is then gone. */
  BASEBOARD_SUPERVISED: flag.default(false),
})

export type Config = z.infer<typeof variables>

const isLoopback = (host: string) => host === 'localhost' || networkRule(['127.0.0.0/8', '::1/128']).allows(host)

/** Reads the variables; an empty one counts as not set. Throws a ConfigError of one line. Values are never shown: they may be secrets. */
export function parseEnvironment(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const parsed = variables.safeParse(set)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw new ConfigError(`${issue.path.join('.')} ${issue.message}`)
  }
  const config = parsed.data
  if ((config.TLS_CERT === undefined) !== (config.TLS_KEY === undefined)) {
    throw new ConfigError(`${config.TLS_CERT === undefined ? 'TLS_CERT' : 'TLS_KEY'} is missing: TLS needs both TLS_CERT and TLS_KEY`)
  }
  if ((config.DEPOT_TLS_CERT === undefined) !== (config.DEPOT_TLS_KEY === undefined)) {
    throw new ConfigError(`${config.DEPOT_TLS_CERT === undefined ? 'DEPOT_TLS_CERT' : 'DEPOT_TLS_KEY'} is missing: it needs both, or none for a certificate of our own`)
  }
  if (!isLoopback(config.HOST) && config.TLS_CERT === undefined && config.TRUSTED_PROXY === undefined) {
    throw new ConfigError(
      `HOST is ${config.HOST}: to be reached from other machines set TLS_CERT and TLS_KEY, or TRUSTED_PROXY when a proxy in front speaks TLS`,
    )
  }
  return config
}

let parsedOnce: Config | undefined

/** The configuration of this process. The environment is parsed once; a bad variable throws a ConfigError. */
export const config = (): Config => (parsedOnce ??= parseEnvironment(process.env))

/** The address that a person types: https when we speak TLS ourselves; IPv6 in brackets. */
export function siteUrl({ HOST, PORT, TLS_CERT }: Pick<Config, 'HOST' | 'PORT' | 'TLS_CERT'>): string {
  return `${TLS_CERT === undefined ? 'http' : 'https'}://${isIPv6(HOST) ? `[${HOST}]` : HOST}:${PORT}`
}

/** Where checkpoints of the audit are kept: beside the key that signs them, where nothing else is said. */
export const checkpointFileOf = ({ AUDIT_CHECKPOINT_FILE, DATA_DIR }: Pick<Config, 'AUDIT_CHECKPOINT_FILE' | 'DATA_DIR'>): string =>
  AUDIT_CHECKPOINT_FILE ?? join(DATA_DIR, 'conductor', 'audit-checkpoints.jsonl')
