import ssh2 from 'ssh2'

/** A new host key. One in some two hundred that ssh2 1.17 makes it cannot read again ("Malformed OpenSSH private key"): then another. */
export function newHostKey(): string {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519')
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key
  }
}
