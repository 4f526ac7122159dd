import type { FansAnswer, FansChange, FansForMany, FansForManyAnswer, FanStandingAnswer } from '#lib/api/fans-contract.ts'
import { record, recordAll } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { findFanPolicy, listFanAbilities, listFanConsents, putFanPolicies, type FanAsker, type FanPolicyFound } from '#lib/db/fan-policies-asked.ts'
import { readSnapshot } from '#lib/db/snapshot-read.ts'
import type { FanAbility } from '#lib/domain/abilities.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { fanReading, toControl, type FanControl } from '#lib/domain/fan.ts'
import { isConsented, isHeld, toPolicyObjection, toSends, type FanConsent, type FanPolicy } from '#lib/domain/fan-policy.ts'
import { findByName } from './nodes.ts'
import { demandNode } from './one-node.ts'
import { demandNames } from './operation-nodes.ts'
import { change, changeMany, demand, demandUnprotected, refuse, type Attempt } from './permission.ts'
import { demandSelection } from './select-nodes.ts'

/** The fans of a node as they were last read, what its BMC takes for them, and what was asked of them. */
export async function readFans(user: SignedInUser, name: string): Promise<FansAnswer> {
  await demand(user, 'read')
  const { id } = await findByName(name)
  return toAnswer(id, (await listFanAbilities(prisma(), [id])).get(id))
}

async function toAnswer(nodeId: string, ability: FanAbility | null | undefined): Promise<FansAnswer> {
  const [found, snapshot] = await Promise.all([findFanPolicy(nodeId), readSnapshot(nodeId, 'fans')])
  const reading = fanReading.safeParse(snapshot?.data)
  const control = toControl(ability)
  return {
    control,
    why: control === null ? (ability?.reason ?? null) : null,
    told: control === null && ability?.reason !== undefined ? { reason: ability.reason, why: ability.why } : null,
    refusal: ability?.refusal ?? null,
    reading: reading.success ? reading.data : null,
    standing: found === null ? null : toStanding(found),
  }
}

function toStanding({ version, doneVersion, setAt, stateAt, heldSince, assertedAt, ...rest }: FanPolicyFound): FanStandingAnswer {
  const { policy, consent, setBy, state, reason, holding, duties, asserts } = rest
  return {
    policy, consent, setBy, state, reason, holding, duties, asserts,
    isBegun: version === doneVersion,
    setAt: setAt.toISOString(),
    stateAt: stateAt.toISOString(),
    heldSince: heldSince?.toISOString() ?? null,
    assertedAt: assertedAt?.toISOString() ?? null,
  }
}

const toAsker = ({ name, id, kind, ip, requestId }: SignedInUser): FanAsker => ({ setBy: name, setById: id, setByKind: kind, ip, requestId })

/**
 * Asks for something of a node's fans; its conductor does it, and stands by where the duty is ours. Giving them back to the BMC is never
 * refused for protection. An unverified profile needs an administrator's consent to what it sends, once per node.
 */
export async function changeFans(user: SignedInUser, name: string, { policy, consent: trusted }: FansChange): Promise<FansAnswer> {
  const attempt = { action: 'fan-policy', node: name, target: policy.kind, detail: { policy, ...(trusted === undefined ? {} : { consent: trusted }) } }
  const node = await demandNode(user, 'fans', attempt)
  if (trusted !== undefined) await demand(user, 'trustFans', attempt, [node])
  if (policy.kind !== 'automatic') await demandUnprotected(user, attempt, [node])
  const ability = (await listFanAbilities(prisma(), [node.id])).get(node.id)
  const control = toControl(ability)
  if (control === null) return refuse(user, attempt, notPossible(name, ability))
  const consent = trusted === undefined ? null : toConsent(user, name, control, trusted)
  const known = consent ?? (await listFanConsents(prisma(), [node.id])).get(node.id) ?? null
  const objection = await toObjection(node.id, name, policy, control, known)
  if (objection !== null) await refuse(user, attempt, objection)
  await change(async (tx) => {
    await putFanPolicies(tx, [node.id], policy, toAsker(user), consent)
    await record(tx, user, { ...attempt, outcome: 'ok', detail: { policy, ...(consent === null ? {} : { trusted: consent.profile, sends: consent.sends }) } })
  })
  return toAnswer(node.id, ability)
}

const notPossible = (name: string, ability: FanAbility | null | undefined) =>
  new BaseboardError('not-supported', 409, `${name}: ${ability?.reason ?? 'what its BMC takes for its fans is not known yet'}`)

function toConsent(user: SignedInUser, name: string, control: FanControl, trusted: string): FanConsent | null {
  if (trusted !== control.profile) throw new BaseboardError('selection-changed', 409, `${name}: its fans go by the profile ${control.profile} now, not by ${trusted}: read what is sent once more`)
  return control.grade === 'C' ? { profile: control.profile, sends: toSends(control), by: user.name, at: new Date().toISOString() } : null
}

async function toObjection(nodeId: string, name: string, policy: FanPolicy, control: FanControl, consent: FanConsent | null): Promise<BaseboardError | null> {
  if (!isConsented(control, consent)) return new BaseboardError('unverified', 409, `${name}: ${control.name} is unverified: an administrator has to turn it on for this node first`)
  const text = toPolicyObjection(policy, control)?.text ?? (isHeld(policy) ? await toSensorObjection(nodeId, policy.sensors) : null)
  return text === null ? null : new BaseboardError('invalid', 400, `policy: ${name}: ${text}`)
}

/** A curve on a temperature that is not read with the fans would be let go of at once: said before it begins. */
async function toSensorObjection(nodeId: string, keys: readonly string[]): Promise<string | null> {
  const reading = fanReading.safeParse((await readSnapshot(nodeId, 'fans'))?.data)
  if (!reading.success) return 'its fans have not been read yet: try again in a minute'
  const missing = keys.find((key) => !reading.data.temperatures.some((one) => one.key === key))
  return missing === undefined ? null : `there is no temperature ${missing}`
}

/** The same for many nodes, for what needs no sensors. Those whose BMC does not take it, or that are protected, are named; the others are asked. */
export async function changeFansOfMany(user: SignedInUser, { names, range, policy }: FansForMany): Promise<FansForManyAnswer> {
  const attempt: Attempt = { action: 'fan-policy', target: range ?? 'nodes', detail: { policy, ...(names === undefined ? {} : { names }) } }
  await demand(user, 'fans', attempt)
  const nodes = names === undefined ? await demandSelection(user, range!) : await demandNames(names)
  await demand(user, 'fans', attempt, nodes)
  const ids = nodes.map(({ id }) => id)
  const [abilities, consents] = await Promise.all([listFanAbilities(prisma(), ids), listFanConsents(prisma(), ids)])
  const refused: FansForManyAnswer['refused'] = []
  for (const node of nodes) {
    const error = toRefusal(node, policy, abilities.get(node.id), consents.get(node.id) ?? null)
    if (error !== null) refused.push({ node: node.name, code: error.code, message: error.message })
  }
  const isRefused = new Set(refused.map(({ node }) => node))
  const asked = nodes.filter(({ name }) => !isRefused.has(name))
  await changeMany(async (tx) => {
    await putFanPolicies(tx, asked.map(({ id }) => id), policy, toAsker(user))
    await recordAll(tx, user, [
      ...asked.map(({ name }) => ({ action: 'fan-policy', outcome: 'ok' as const, node: name, target: policy.kind, detail: { policy } })),
      ...refused.map(({ node, code, message }) => ({ action: 'fan-policy', outcome: 'refused' as const, node, target: policy.kind, detail: { policy, code, error: message } })),
    ])
  })
  return { asked: asked.map(({ name }) => name), refused }
}

function toRefusal(node: { name: string; protected: boolean }, policy: FansForMany['policy'], ability: FanAbility | null | undefined, consent: FanConsent | null): BaseboardError | null {
  const control = toControl(ability)
  if (control === null) return notPossible(node.name, ability)
  if (policy.kind !== 'automatic' && node.protected) return new BaseboardError('protected', 409, `${node.name} is protected: an administrator must lift that first`)
  if (!isConsented(control, consent)) return new BaseboardError('unverified', 409, `${node.name}: ${control.name} is unverified and not turned on for this node`)
  const objection = toPolicyObjection(policy, control)
  return objection === null ? null : new BaseboardError('not-supported', 409, `${node.name}: ${objection.text}`)
}
