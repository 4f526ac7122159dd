import { join } from 'node:path'
import { startAlerts } from '#lib/conductor/alerts.ts'
import { openVault } from '#lib/conductor/vault.ts'
import { openDatabase, useDatabase } from '#lib/db/client.ts'
import { alertTiming } from '#lib/domain/alert.ts'

/** The alerts of a conductor in a process of its own with quick looks, for tests that kill it. Arguments: database URL, folder of the vault. */
const [url, folder] = process.argv.slice(2)
const db = openDatabase(url!)
useDatabase(db)
const keys = await openVault(join(folder!, 'conductor'))
startAlerts({ db, keys, timing: { ...alertTiming, gatherMs: 0, betweenMs: 0 }, everyMs: 100, complain: console.error })
