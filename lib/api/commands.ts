import type * as z from 'zod/mini'
import type { Role } from '#lib/domain/role.ts'
import type { Claim, ConsoleChange, InvitationAccept, NodePatch, OperationCreate, SettingsPatch, UserPatch, operationRetry, nodeCreate, probeCreate } from './contract.ts'
import { door, operationDoor, scheduleDoor, tokensDoor } from './doors.ts'
import type { SchedulePatch, scheduleCreate } from './schedule-contract.ts'
import { ask, tell } from './fetcher.ts'
import type { OwnTokenCreate, TokenCreate } from './tokens-contract.ts'
import { paths } from './paths.ts'

/** What a page can ask to be changed. Each throws ApiError; what it changed in the cache is for its caller to invalidate. */

export const createNode = (body: z.input<typeof nodeCreate>) => ask(door('nodeDetail'), paths.nodes(), { method: 'POST', body })
export const patchNode = (name: string, body: NodePatch) => ask(door('nodeDetail'), paths.node(name), { method: 'PATCH', body })
export const patchConsole = (name: string, body: ConsoleChange) => ask(door('consoleSetting'), paths.console(name), { method: 'PATCH', body })
export const deleteNode = (name: string) => tell(paths.node(name), { method: 'DELETE' })

/** Asks a conductor what stands at an address; read the answer with `probeQuery(id)`. */
export const startProbe = (body: z.input<typeof probeCreate>) => ask(door('probeAnswer'), paths.probes(), { method: 'POST', body })

/** Asks for power or light; the key makes a repeated press one operation. */
export const startOperation = (body: OperationCreate, idempotencyKey: string = crypto.randomUUID()) =>
  ask(door('operationCreated'), paths.operations(), { method: 'POST', body, headers: { 'idempotency-key': idempotencyKey } })

/** Begins nothing more of it; holds it; lets it go on. */
export const turnOperation = (id: string, turn: 'abort' | 'hold' | 'continue') => ask(operationDoor, paths.turnOperation(id, turn), { method: 'POST' })

/** Asks again for its steps that ended so, as a new operation. */
export const retryOperation = (id: string, body: z.input<typeof operationRetry>, idempotencyKey: string) =>
  ask(door('operationCreated'), paths.turnOperation(id, 'retry'), { method: 'POST', body, headers: { 'idempotency-key': idempotencyKey } })

export const claimAdministrator = (body: Claim) => tell(paths.claim(), { method: 'POST', body })
export const acceptInvitation = (body: InvitationAccept) => tell(paths.invitationAccept(), { method: 'POST', body })

export const invite = (role: Role) => ask(door('invitationCreated'), paths.invitations(), { method: 'POST', body: { role } })
export const revokeInvitation = (id: string) => tell(paths.invitation(id), { method: 'DELETE' })
export const patchUser = (id: string, body: UserPatch) => ask(door('user'), paths.user(id), { method: 'PATCH', body })
/** Makes a link with which this person chooses a new password. */
export const resetPassword = (id: string) => ask(door('invitationCreated'), paths.userReset(id), { method: 'POST' })

/** Asks for a log of the BMC to be emptied, as an operation; its entries stay in Baseboard. */
export const clearLog = (node: string, source: string, idempotencyKey: string) =>
  ask(door('operationCreated'), paths.clearEvents(node), { method: 'POST', body: { source }, headers: { 'idempotency-key': idempotencyKey } })

/** Ends a token of the API at once. */
export const revokeToken = (id: string) => tell(paths.token(id), { method: 'DELETE' })
export const revokeOwnToken = (id: string) => tell(paths.ownToken(id), { method: 'DELETE' })
/** Makes a token of the site, or one of one's own; it is in the answer this once. */
export const makeToken = (body: TokenCreate) => ask(tokensDoor('tokenCreated'), paths.tokens(), { method: 'POST', body })
export const makeOwnToken = (body: OwnTokenCreate) => ask(tokensDoor('tokenCreated'), paths.ownTokens(), { method: 'POST', body })

export const saveLimits = (limits: Pick<SettingsPatch, 'commandsPerSecond' | 'installsAtOnce'>) => ask(door('settings'), paths.settings(), { method: 'PATCH', body: limits })
export const saveNetworks = (networks: string[]) => ask(door('settings'), paths.settings(), { method: 'PATCH', body: { networks } })

export const createSchedule = (body: z.input<typeof scheduleCreate>) => ask(scheduleDoor('schedule'), paths.schedules(), { method: 'POST', body })
export const patchSchedule = (id: string, body: SchedulePatch) => ask(scheduleDoor('schedule'), paths.schedule(id), { method: 'PATCH', body })
export const deleteSchedule = (id: string) => tell(paths.schedule(id), { method: 'DELETE' })
