import type * as z from 'zod/mini'
import type { AlertRulePatch, ReceiverPatch, SilenceCreate, alertRuleCreate, receiverCreate } from './alerts-contract.ts'
import { alertsDoor, nodesDoor } from './doors.ts'
import { ask, tell } from './fetcher.ts'
import { paths } from './paths.ts'

/** What a page can ask of alerts. Each throws ApiError; what it changed in the cache is for its caller to invalidate. */

export const createRule = (body: z.input<typeof alertRuleCreate>) => ask(alertsDoor('alertRuleAnswer'), paths.alertRules(), { method: 'POST', body })
export const patchRule = (id: string, body: AlertRulePatch) => ask(alertsDoor('alertRuleAnswer'), paths.alertRule(id), { method: 'PATCH', body })
export const deleteRule = (id: string) => tell(paths.alertRule(id), { method: 'DELETE' })

export const createReceiver = (body: z.input<typeof receiverCreate>) => ask(alertsDoor('receiverAnswer'), paths.receivers(), { method: 'POST', body })
export const patchReceiver = (id: string, body: ReceiverPatch) => ask(alertsDoor('receiverAnswer'), paths.receiver(id), { method: 'PATCH', body })
export const deleteReceiver = (id: string) => tell(paths.receiver(id), { method: 'DELETE' })

const testMs = 45_000
const lookEveryMs = 700

/** How a test message went: null when it arrived, else why not (`late`: nobody knows yet). */
export async function testReceiver(id: string): Promise<string | null> {
  const read = async () => (await ask(alertsDoor('receiverList'), paths.receivers())).receivers.find((one) => one.id === id)
  const before = await read()
  await ask(alertsDoor('receiverTested'), paths.receiverTest(id), { method: 'POST' })
  for (let waitedMs = 0; waitedMs < testMs; waitedMs += lookEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    const now = await read()
    if (now === undefined) break
    if (now.failedAt !== before?.failedAt) return now.failure
    if (now.deliveredAt !== before?.deliveredAt) return null
  }
  return 'late'
}

export const createSilence = (body: SilenceCreate) => ask(alertsDoor('silenceAnswer'), paths.silences(), { method: 'POST', body })
export const endSilence = (id: string) => tell(paths.silence(id), { method: 'DELETE' })

export const beginMaintenance = (names: readonly string[], reason: string) => ask(nodesDoor('nodesPatched'), paths.maintenance(), { method: 'POST', body: { names, reason } })
export const endMaintenance = (names: readonly string[]) => ask(nodesDoor('nodesPatched'), paths.maintenanceEnd(), { method: 'POST', body: { names } })
