import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cipherSuites } from './cipher-suites.ts'
import { rakp2Code } from './rakp-codes.ts'
import { recordingsFolder } from './testing/recordings.ts'

type Vector = {
  fields: {
    console_session_id: string
    bmc_session_id: string
    console_random: string
    bmc_random: string
    bmc_guid: string
    role: number
    username: string
  }
  key_exchange_auth_code_hex: string
  password: string
}

const file = join(recordingsFolder, 'ipmi/rakp-sha1-vectors.json')

describe.skipIf(!existsSync(file))(`RAKP 2 codes of real BMCs (skipped without ${file})`, () => {
  // The body runs also when it is skipped.
  const { vectors } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }) : { vectors: [] }
  test.each(vectors)('$fields.username with the session $fields.bmc_session_id', ({ fields, key_exchange_auth_code_hex, password }) => {
    const code = rakp2Code({
      suite: cipherSuites[3],
      consoleSessionId: Buffer.from(fields.console_session_id, 'hex').readUInt32LE(),
      managedSystemSessionId: Buffer.from(fields.bmc_session_id, 'hex').readUInt32LE(),
      consoleRandom: Buffer.from(fields.console_random, 'hex'),
      managedSystemRandom: Buffer.from(fields.bmc_random, 'hex'),
      guid: Buffer.from(fields.bmc_guid, 'hex'),
      role: fields.role,
      username: Buffer.from(fields.username),
      password: Buffer.from(password),
    })
    expect(code.toString('hex')).toBe(key_exchange_auth_code_hex)
  })
})
