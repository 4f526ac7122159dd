import type { Algorithms } from 'ssh2'

/** `legacy`: also SHA-1, CBC and DSA, for one old BMC (iLO 4, iDRAC 7), and behind everything else. */
export type SshPolicy = 'modern' | 'legacy'

const modern = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'rsa-sha2-512', 'rsa-sha2-256'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} as const

const legacy = {
  kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  cipher: ['aes256-cbc', 'aes128-cbc', '3des-cbc'],
  hmac: ['hmac-sha1'],
} as const

/**
 * What is offered, best first. A server that has several host keys is asked for the one that is known, as OpenSSH's client does:
 * else a key of a newer type, which came with new firmware, would look like another machine.
 */
export function toAlgorithms(policy: SshPolicy, known: { algorithm: string } | null): Algorithms {
  const both = <K extends keyof typeof modern>(what: K) => [...modern[what], ...(policy === 'legacy' ? legacy[what] : [])]
  const isKnown = (name: string) => known !== null && (name === known.algorithm || (known.algorithm === 'ssh-rsa' && name.startsWith('rsa-sha2-')))
  const hostKeys = both('serverHostKey')
  return {
    kex: both('kex'),
    cipher: both('cipher'),
    hmac: both('hmac'),
    serverHostKey: [...hostKeys.filter(isKnown), ...hostKeys.filter((name) => !isKnown(name))],
    compress: ['none'],
  }
}
