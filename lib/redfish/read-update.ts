import * as z from 'zod'
import { readAllowable } from './allowable.ts'
import { findGarbledProperties, toGarbledReason } from './garbled.ts'
import { anything, flag, nested, number, parseLoose, text } from './loose.ts'
import type { Look } from './look.ts'
import { findOemActions } from './oem-action.ts'
import type { ServiceReading } from './read-service.ts'
import { readService, toCan } from './read-service.ts'
import { say } from './reason.ts'

/** One way to bring firmware to the BMC (DSP0268, UpdateService). */
export type UpdateWay = { way: 'simple' | 'multipart' | 'push' | 'oem'; name: string | undefined; protocols: string[] }

export type UpdateReading = ServiceReading & { ways: UpdateWay[]; maxBytes: number | undefined }

const schema = z.object({
  ServiceEnabled: flag,
  HttpPushUri: text,
  MultipartHttpPushUri: text,
  MaxImageSizeBytes: number,
  Actions: nested({ '#UpdateService.SimpleUpdate': anything }),
})

const expected = { ServiceEnabled: 'flag', HttpPushUri: 'word', MultipartHttpPushUri: 'word', Actions: 'object' } as const

/** What a maker's own action that installs something is called. */
const INSTALLS = /\.[A-Za-z]*(?:Install|Upgrade|Upload|Flash|Update|AddFromUri)[A-Za-z]*$/i

/** One GET, and one of the ActionInfo where only that has the protocols. */
export async function readUpdate(look: Look, path: string | undefined): Promise<UpdateReading> {
  const { body, lack } = await readService(look, path, 'update')
  if (lack !== undefined) return { ...lack, ways: [], maxBytes: undefined }
  const service = parseLoose(schema, body)
  const ways = await readWays(look, service, body)
  const maxBytes = service.MaxImageSizeBytes
  if (service.ServiceEnabled === false) return { can: false, reason: say('update-off'), failure: undefined, ways, maxBytes }
  const garbled = [...findGarbledProperties(body, expected), ...findGarbledProperties((body as { Actions?: unknown }).Actions, { Oem: 'object' })]
  const reason = toGarbledReason(garbled) ?? (ways.length === 0 ? say('update-no-way') : undefined)
  return { can: toCan(ways.length > 0, garbled), reason, failure: undefined, ways, maxBytes }
}

async function readWays(look: Look, service: z.infer<typeof schema>, body: unknown): Promise<UpdateWay[]> {
  const simple = service.Actions?.['#UpdateService.SimpleUpdate']
  const ways: UpdateWay[] = []
  if (simple !== undefined) {
    const { values } = await readAllowable(simple, 'TransferProtocol', async (info) => (await look.at(info)).body)
    ways.push({ way: 'simple', name: undefined, protocols: values })
  }
  if (service.MultipartHttpPushUri !== undefined) ways.push({ way: 'multipart', name: undefined, protocols: [] })
  if (service.HttpPushUri !== undefined) ways.push({ way: 'push', name: undefined, protocols: [] })
  if (ways.length > 0) return ways
  const own = findOemActions(body).filter(({ name }) => INSTALLS.test(name) && !name.startsWith('UpdateService.'))
  return own.slice(0, 4).map(({ name }) => ({ way: 'oem', name, protocols: [] }))
}
