import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { DepotDoor, DepotFinding } from '#lib/domain/depot.ts'
import { finding } from './door.ts'

const waitMs = 3_000

/** The IPv4 addresses of this machine. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((cards) => cards ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address)

type Answer = 'ours' | 'another' | { error: string }

/** Asks for the proof. The certificate does not matter: it is ours when the proof, which only we know, is there. */
const askHttp = ({ protocol, port }: DepotDoor, address: string, proof: string): Promise<Answer> =>
  new Promise((resolve) => {
    const ask = protocol === 'https' ? httpsRequest : httpRequest
    const asked = ask({ host: address, port, path: `/health/${proof}`, agent: false, timeout: waitMs, rejectUnauthorized: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200 ? 'ours' : 'another')
    })
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })))
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === undefined || /^(ERR_|HPE_|EPROTO)/.test(error.code) ? 'another' : { error: error.code }))
    asked.end()
  })

const askTcp = (port: number, address: string): Promise<Answer> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: waitMs })
    const end = (answer: Answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end('ours'))
    socket.once('timeout', () => end({ error: 'ETIMEDOUT' }))
    socket.once('error', (error: NodeJS.ErrnoException) => end({ error: error.code ?? error.message }))
  })

/**
 * Is the address that BMCs are told one at which they find us? We call ourselves there, by every door. What this cannot know is a firewall
 * between the BMCs and here: only a BMC's first read proves that.
 */
export async function checkAddress(address: string | null, doors: readonly DepotDoor[], proof: string, own: readonly string[] = ownAddresses()): Promise<DepotFinding[]> {
  if (address === null) return [finding('unset')]
  const answers = await Promise.all(doors.map((door) => (door.protocol === 'nfs' ? askTcp(door.port, address) : askHttp(door, address, proof))))
  const findings = answers.flatMap((answer, i): DepotFinding[] => {
    const { protocol, port } = doors[i]!
    if (answer === 'ours') return []
    if (answer === 'another') return [finding('another-server', { protocol, port })]
    return [finding('unreachable', { protocol, port, text: answer.error })]
  })
  if (address.startsWith('127.')) return [finding('loopback'), ...findings]
  return own.includes(address) ? findings : [finding('not-ours', { text: own.filter((one) => !one.startsWith('127.')).slice(0, 8).join(', ') }), ...findings]
}
