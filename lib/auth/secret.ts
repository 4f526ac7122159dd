import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as text: a session's secret, a link's token. Only `hashOf` it is ever kept. */
export const newSecret = () => randomBytes(32).toString('base64url')

/** A token of the API, told from other secrets by its beginning. */
export const newApiToken = () => `bb_${newSecret()}`

/** What is kept of a secret of 256 bits: SHA-256 in hex. Such a secret cannot be guessed, so it needs no slow hash; looking its hash up leaks nothing of it by time. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
