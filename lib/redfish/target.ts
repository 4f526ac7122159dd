import { isIPv6 } from 'node:net'

/**
 * `modern`: TLS 1.2 and later with OpenSSL's default ciphers. `legacy`: also TLS 1.0 and 1.1, small keys, RSA key exchange
 * and servers without secure renegotiation; chosen by a person for one old BMC, never fallen back to by itself.
 */
export type TlsPolicy = 'modern' | 'legacy'

/** Where a BMC is and how it must identify itself. No credential. */
export type RedfishEndpoint = {
  /** IP address (already vetted by the caller) or host name. */
  host: string
  port: number
  /** SHA-256 of the BMC's certificate, hex with or without colons. Absent: trust on first use. */
  expectedFingerprint?: string | undefined
  tls?: TlsPolicy | undefined
  /**
   * An authority (PEM) whose signature counts as much as the pin, when the certificate is made out to `name`: the address or host name
   * as a person typed it. The system's authorities never count.
   */
  authority?: { certificates: string; name: string } | undefined
  /** Plain `http` gives no protection at all; it exists for simulators and isolated benches. */
  scheme?: 'https' | 'http' | undefined
}

export type RedfishTarget = RedfishEndpoint & {
  username: string
  password: string
  /** Without this, no password is ever sent over plain HTTP. */
  allowPlainCredentials?: boolean | undefined
}

/** `10.0.4.7:443`, `[fd00::7]:443`: the address as errors show it and as URLs need it. */
export function toAddress(endpoint: RedfishEndpoint): string {
  const host = isIPv6(endpoint.host) ? `[${endpoint.host}]` : endpoint.host
  return `${host}:${endpoint.port}`
}
