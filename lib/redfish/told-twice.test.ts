import { expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readSensors } from './read-sensors.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const SLED = '/redfish/v1/Chassis/c'
const BOX = '/redfish/v1/Chassis/box'
const at = (path: string) => ({ '@odata.id': path })
const fans = (...readings: number[]) => readings.map((Reading, index) => ({ Name: `Fan ${index}`, Reading, ReadingUnits: 'RPM' }))
const supply = (SerialNumber: string) => ({ Name: 'PS', SerialNumber, PowerCapacityWatts: 1600, LineInputVoltage: 230 })

/** A sled in a box. Both have a Thermal and a Power. */
function createBox(sled: Record<string, unknown>, box: Record<string, unknown>, link: Record<string, unknown> = { Contains: [at(SLED)] }) {
  const chassis = { '/redfish/v1/Chassis': { Members: [at(BOX), at(SLED)] }, [BOX]: { Thermal: at(`${BOX}/Thermal`), Power: at(`${BOX}/Power`), Links: link } }
  const thermal = ({ Fans, Temperatures }: Record<string, unknown>) => ({ Fans, Temperatures })
  const power = ({ PowerSupplies, PowerControl, Redundancy }: Record<string, unknown>) => ({ PowerSupplies, PowerControl, Redundancy })
  const documents = { [`${SLED}/Thermal`]: thermal(sled), [`${SLED}/Power`]: power(sled), [`${BOX}/Thermal`]: thermal(box), [`${BOX}/Power`]: power(box) }
  return createMemorySession(createSmallTree({ Thermal: `${SLED}/Thermal`, Power: `${SLED}/Power` }, { ...chassis, ...documents }))
}

const readFans = async (session: ReturnType<typeof createBox>) => {
  const { sensors } = await readSensors(createModel(session))
  return sensors.filter(({ kind }) => kind === 'fan').map(({ source, reading }) => [source, reading])
}

it('the fans of an enclosure are counted once, where the host is, and what it alone has stays', async () => {
  const inlet = { Name: 'Ambient', ReadingCelsius: 18 }
  const session = createBox({ Fans: fans(1440, 1320, 2040) }, { Fans: fans(1440, 1320, 2160), Temperatures: [inlet] })
  const model = createModel(session)
  const names = (await readSensors(model)).sensors.map(({ name, reading }) => [name, reading])
  expect(names).toEqual([['Fan 0', 1440], ['Fan 1', 1320], ['Fan 2', 2040], ['Ambient', 18]])
  // They stay one when they turn otherwise a moment later.
  session.resources[`${BOX}/Thermal`] = { Fans: fans(1, 2, 3), Temperatures: [inlet] }
  expect((await readSensors(model)).sensors.map(({ name }) => name)).toEqual(['Fan 0', 'Fan 1', 'Fan 2', 'Ambient'])
})

it.each([
  ['most read otherwise', { Fans: fans(1440, 1320) }, { Fans: fans(9000, 9120) }, undefined, 4],
  ['the enclosure has more of them', { Fans: fans(1440, 1320) }, { Fans: fans(1440, 1320, 2000) }, undefined, 5],
  ['one alone may be chance', { Fans: fans(1440) }, { Fans: fans(1440) }, undefined, 2],
  ['nothing reads', { Fans: [{ Name: 'a' }, { Name: 'b' }] }, { Fans: [{ Name: 'a' }, { Name: 'b' }] }, undefined, 4],
  ['neither stands in the other', { Fans: fans(1440, 1320) }, { Fans: fans(1440, 1320) }, {}, 4],
])('other fans are others: %s', async (_name, sled, box, link, count) => {
  expect(await readFans(createBox(sled, box, link))).toHaveLength(count)
})

it('it is enough that the sled says where it stands', async () => {
  const session = createBox({ Fans: fans(1440, 1320) }, { Fans: fans(1440, 1320) }, {})
  Object.assign(session.resources[SLED] as object, { Links: { ContainedBy: at(BOX) } })
  expect(await readFans(session)).toEqual([[`${SLED}/Thermal#/Fans/0`, 1440], [`${SLED}/Thermal#/Fans/1`, 1320]])
})

it('a supply is known by its serial', async () => {
  const session = createBox({ PowerSupplies: [supply('A')] }, { PowerSupplies: [supply('A'), supply('B')] })
  const { supplies, sensors } = await readSensors(createModel(session))
  expect(supplies.map(({ serial }) => serial)).toEqual(['A', 'B'])
  expect(sensors).toHaveLength(4)
})

it('the watts and the redundancy of an enclosure that repeats its sled are told again too, if they say the same', async () => {
  const power = (watts: number, ...serials: string[]) => ({
    PowerSupplies: serials.map(supply),
    PowerControl: [{ Name: 'Power', PowerConsumedWatts: watts }],
    Redundancy: [{ Name: 'PS Redundancy' }],
  })
  const readFrom = async (box: Record<string, unknown>) => {
    const { sensors, groups } = await readSensors(createModel(createBox(power(8, 'A'), box)))
    return [groups.length, sensors.filter(({ kind }) => kind === 'power').map(({ reading }) => reading)]
  }
  expect(await readFrom(power(8, 'A'))).toEqual([1, [8]])
  expect(await readFrom(power(900, 'A'))).toEqual([1, [8, 900]])
  expect(await readFrom(power(8, 'A', 'B'))).toEqual([2, [8]])
  expect(await readFrom(power(8, 'B'))).toEqual([2, [8, 8]])
})
