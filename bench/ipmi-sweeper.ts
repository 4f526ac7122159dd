import { openSession } from '#lib/ipmi/connect.ts'
import { getChassisStatus } from '#lib/ipmi/commands/chassis.ts'
import { decodeSdrs } from '#lib/ipmi/sdr/record.ts'
import { readSdrRepository } from '#lib/ipmi/sdr/repository.ts'
import { readSensors } from '#lib/ipmi/sensor/read.ts'

/**
 * lib/ipmi alone in a process, for its memory: signs in to BMCs, reads power and all sensors twice, keeps the sessions and SDRs as the
 * conductor does, and says what it read. Arguments: `power` or `sensors`, then the hosts.
 */
async function sweep(what: string, hosts: readonly string[]): Promise<number> {
  const counts = await Promise.all(hosts.map((host) => (what === 'power' ? readPower(host) : readAll(host))))
  return counts.reduce((sum, count) => sum + count, 0)
}

const open = (host: string) => openSession({ host, username: 'admin', password: 'secret', cipherSuites: [3] })

async function readPower(host: string): Promise<number> {
  const session = await open(host)
  const { isPowerOn } = await session.send(getChassisStatus, undefined)
  await session.close()
  return isPowerOn ? 1 : 0
}

async function readAll(host: string): Promise<number> {
  const session = await open(host)
  const { records } = decodeSdrs((await readSdrRepository(session)).raw)
  const thresholds = new Map()
  await readSensors(session, records, { thresholds })
  const values = await readSensors(session, records, { thresholds })
  await session.close()
  return values.length
}

const [what, ...hosts] = process.argv.slice(2)
void sweep(what!, hosts).then((count) => console.log(count))
