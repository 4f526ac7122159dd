import * as z from 'zod'
import { findGarbledProperties, toGarbledReason } from './garbled.ts'
import { flag, link, list, nested, parseLoose, text, words } from './loose.ts'
import type { Look } from './look.ts'
import { readService, toCan, type ServiceReading } from './read-service.ts'
import { say, type Said } from './reason.ts'

/** Event push (DSP0268, EventService). `stream`: the path of its server-sent events, where it has them. */
export type EventReading = ServiceReading & { stream: string | undefined; types: string[] }

const schema = z.object({
  ServiceEnabled: flag,
  ServerSentEventUri: link,
  Subscriptions: link,
  EventTypesForSubscription: words,
  EventFormatTypes: words,
  Status: nested({ Conditions: list }),
})
const expected = { ServiceEnabled: 'flag', ServerSentEventUri: 'word', EventTypesForSubscription: 'words', EventFormatTypes: 'words' } as const
const condition = z.object({ Message: text })

/** One GET. */
export async function readEvents(look: Look, path: string | undefined): Promise<EventReading> {
  const { body, lack } = await readService(look, path, 'events')
  if (lack !== undefined) return { ...lack, stream: undefined, types: [] }
  const service = parseLoose(schema, body)
  const garbled = findGarbledProperties(body, expected)
  const isOffered = service.Subscriptions !== undefined || service.ServerSentEventUri !== undefined
  const told = service.Status?.Conditions.flatMap((raw) => parseLoose(condition, raw).Message ?? [])[0]
  return {
    can: service.ServiceEnabled === false ? false : toCan(isOffered, garbled),
    reason: toGarbledReason(garbled) ?? toLack(isOffered, service.ServiceEnabled) ?? told,
    failure: undefined,
    stream: service.ServerSentEventUri,
    types: service.EventTypesForSubscription.length > 0 ? service.EventTypesForSubscription : service.EventFormatTypes,
  }
}

function toLack(isOffered: boolean, isEnabled: boolean | undefined): Said | undefined {
  if (isEnabled === false) return say('events-off')
  return isOffered ? undefined : say('events-no-subscriptions')
}
