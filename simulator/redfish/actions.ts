import type { IncomingHttpHeaders } from 'node:http'
import { resetTypes } from '#lib/domain/reset-rules.ts'
import type { ResetType } from '#lib/domain/power.ts'
import { errorAnswer, methodNotAllowed, notFound, success, valueNotInList, type Answer } from './errors.ts'
import { isFanPath, patchFans } from './fans.ts'
import { isPowerCapPath, patchPowerCap } from './power-cap.ts'
import type { Resource, Subject } from './resource.ts'
import { setBoot } from './boot.ts'

/** Where a reset is posted. */
export const resetPath = ({ paths }: Subject) => `${paths.system}/Actions/ComputerSystem.Reset`

export const managerResetPath = ({ paths }: Subject) => `${paths.manager}/Actions/Manager.Reset`

/** POST to anything but the session collection. */
export function post(subject: Subject, path: string, body: Resource): Answer {
  if (path === resetPath(subject)) return reset(subject, body)
  if (path === managerResetPath(subject)) return resetManager(subject, body)
  if (path === `${subject.paths.logService}/Actions/LogService.ClearLog`) {
    subject.machine.log.clear(subject.machine.now())
    return success()
  }
  return notFound(path)
}

/** The extra word some makes have for a reset of our own list. */
const aliases: Record<string, ResetType> = { ForceOn: 'On' }

function reset({ machine, dialect }: Subject, body: Resource): Answer {
  const word = typeof body.ResetType === 'string' ? body.ResetType : ''
  if (!dialect.resets.some((allowed) => allowed === word)) return valueNotInList(word, 'ResetType')
  const action = aliases[word] ?? toResetType(word)
  if (!action) return valueNotInList(word, 'ResetType')
  machine.reset(action, 'redfish')
  return { status: 204 }
}

function resetManager({ machine, dialect }: Subject, body: Resource): Answer {
  const { ResetType: word } = body
  const isAllowed = dialect.managerResets.length === 0 ? word === undefined : dialect.managerResets.some((allowed) => allowed === word)
  if (!isAllowed) return valueNotInList(String(word), 'ResetType')
  machine.resetBmc('redfish')
  return { status: 204 }
}

const toResetType = (word: string) => resetTypes.find((type) => type === word)

/** PATCH: the indicator of the system, its boot override, its fans, its power cap, and what holds an image; anything else is read-only. */
export async function patch(subject: Subject, path: string, body: Resource, { 'if-match': ifMatch, 'x-auth-token': token }: IncomingHttpHeaders, etag: string | undefined): Promise<Answer> {
  if (etag === undefined) return notFound(path)
  const isOfMedia = subject.media.branch.has(path)
  const isOfFans = isFanPath(subject, path)
  const isOfCap = isPowerCapPath(subject, path)
  if (path !== subject.paths.system && path !== subject.paths.chassis && !isOfMedia && !isOfFans && !isOfCap) return methodNotAllowed('PATCH')
  if (ifMatch === undefined && subject.dialect.needsIfMatch) {
    return errorAnswer(428, 'PreconditionRequired', 'A precondition header is required to change this resource.')
  }
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag) {
    return errorAnswer(412, 'PreconditionFailed', 'The ETag supplied did not match the ETag required to change this resource.')
  }
  if (isOfMedia) return (await subject.media.patch(path, body, typeof token === 'string' ? token : undefined)) ?? methodNotAllowed('PATCH')
  if (isOfCap) return patchPowerCap(subject, body)
  const ofFans = isOfFans ? patchFans(subject, path, body) : undefined
  if (ofFans !== undefined) return ofFans
  for (const [property, value] of Object.entries(body)) {
    const refusal = setProperty(subject, property, value)
    if (refusal) return refusal
  }
  return { status: 204 }
}

function setProperty(subject: Subject, property: string, value: unknown): Answer | undefined {
  const { machine } = subject
  switch (property) {
    case 'IndicatorLED': {
      const state = { Off: 'off', Lit: 'on', Blinking: 'blinking' }[String(value)] as 'off' | 'on' | 'blinking' | undefined
      if (!state) return valueNotInList(String(value), property)
      machine.setIndicator(state)
      return undefined
    }
    case 'LocationIndicatorActive':
      if (typeof value !== 'boolean') return wrongType(property)
      machine.setIndicator(value ? 'blinking' : 'off')
      return undefined
    case 'Boot':
      return typeof value === 'object' && value !== null ? setBoot(subject, value as Resource) : wrongType(property)
    default:
      return readOnly(property)
  }
}

const readOnly = (property: string) =>
  errorAnswer(400, 'PropertyNotWritable', `The property ${property} is read-only.`, [property])

const wrongType = (property: string) =>
  errorAnswer(400, 'PropertyValueTypeError', `The value of the property ${property} has a type that it cannot take.`, [property])
