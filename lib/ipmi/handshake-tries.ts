import { getChannelAuthenticationCapabilities, getChannelCipherSuites, setSessionPrivilege } from './commands/session.ts'
import { IpmiError } from './errors.ts'
import type { Handshake, Phase, Try } from './handshake-state.ts'
import type { ResponseMessage } from './message.ts'
import * as rakp from './rakp.ts'

export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { readonly name: Name }>

/** BMCs have few places for half-open sessions; no more of ours than these are worth remembering. */
const maxTries = 16
const rqSeqMask = 0x3f

const ranks: Readonly<Record<Phase['name'], number>> = { capabilities: 0, 'cipher-suites': 1, 'open-session': 2, 'rakp-1': 3, 'rakp-3': 4, privilege: 5 }

const commands = {
  capabilities: getChannelAuthenticationCapabilities,
  'cipher-suites': getChannelCipherSuites,
  privilege: setSessionPrivilege,
} as const

/**
 * The state once another message of this phase is out. Messages of an earlier phase are given up; those as far along
 * stay, since each sequence of session setup stands on its own: whichever the BMC answers first is followed.
 */
export function addTry(state: Handshake, phase: Phase): Handshake {
  // 0 is left out: OpenIPMI's short refusals have it instead of our tag.
  const tag = (state.tag + 1) & 0xff || 1
  const stillValid = state.tries.filter((one) => ranks[one.phase.name] >= ranks[phase.name])
  return { ...state, phase, tag, tries: [...stillValid, { tag, phase }].slice(-maxTries) }
}

/** The same without this message. */
export function dropTry(state: Handshake, dropped: Try): Handshake {
  return { ...state, tries: state.tries.filter((one) => one !== dropped) }
}

/** A phase that begins with a clean slate: what was sent before may not be answered any more. */
export function forgetTries(state: Handshake): Handshake {
  return { ...state, tries: [], silences: 0 }
}

export function rqSeqOf(one: { readonly tag: number }): number {
  return one.tag & rqSeqMask
}

/** Which message this setup answer belongs to. Throws when to none. OpenIPMI's short refusals have neither tag nor session id. */
export function findSetupTry<Name extends 'open-session' | 'rakp-1' | 'rakp-3'>(state: Handshake, name: Name, answer: rakp.Refusal): Try<PhaseOf<Name>> {
  const isBare = answer.status !== rakp.rakpStatus.ok && answer.consoleSessionId === 0
  if (!isBare && answer.consoleSessionId !== state.config.consoleSessionId) throw new IpmiError('malformed', 'an answer for another session')
  const candidates = state.tries.filter((one): one is Try<PhaseOf<Name>> => one.phase.name === name)
  const found = candidates.find((one) => one.tag === answer.tag) ?? (isBare && answer.tag === 0 ? candidates.at(-1) : undefined)
  if (!found) throw new IpmiError('malformed', 'an answer to an earlier message')
  return found
}

/** Which IPMI message this response belongs to. Throws when to none. */
export function findMessageTry(state: Handshake, message: ResponseMessage): Try {
  const found = state.tries.find((one) => {
    const command = commands[one.phase.name as keyof typeof commands]
    return command && message.netFn === command.netFn + 1 && message.cmd === command.cmd && message.rqSeq === rqSeqOf(one)
  })
  if (!found) throw new IpmiError('malformed', 'not the answer to what was asked')
  return found
}
