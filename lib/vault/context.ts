import { canonicalJson } from '#lib/domain/audit.ts'

/** What a password is bound to. For a probe of an address that is no node yet, `nodeId` is the probe's id. */
export type CredentialContext = {
  nodeId: string
  address: string
  ports: { redfish?: number | undefined; ipmi?: number | undefined; ssh?: number | undefined }
}

/**
 * The authenticated data of a sealed password: the same node, address and ports always give the same text. So a cell that was
 * copied to another node, or a node whose address was changed behind our back, does not open.
 */
export const credentialContext = (of: CredentialContext): string => canonicalJson(toBound(of))

/** The same of the BMC's key K_G, so that a password does not open in its place. */
export const kgContext = (of: CredentialContext): string => canonicalJson({ secret: 'kg', ...toBound(of) })

function toBound({ nodeId, address, ports: { redfish, ipmi, ssh } }: CredentialContext) {
  return { nodeId: nodeId.toLowerCase(), address: address.trim().toLowerCase(), ports: { redfish, ipmi, ssh } }
}

/** What the password of a share is bound to: one operation, and the share that it was typed for. */
export const shareContext = ({ operationId, share, user }: { operationId: string; share: string; user: string }): string => canonicalJson({ operation: operationId.toLowerCase(), share, user })

/** What the secret of a receiver of alerts is bound to: whoever changes where it would go, or lets it go without TLS, needs it again. */
export type ReceiverContext = { id: string; kind: string; isPlain: boolean; mail: { host: string; port: number; security: string; username: string | null } | null }

export function receiverContext({ id, kind, isPlain, mail }: ReceiverContext): string {
  const server = mail && { host: mail.host.trim().toLowerCase(), port: mail.port, security: mail.security, username: mail.username }
  return canonicalJson({ receiver: id.toLowerCase(), kind, isPlain, mail: server })
}
