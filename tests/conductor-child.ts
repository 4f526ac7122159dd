import { join } from 'node:path'
import { startConductor } from '#lib/conductor/conductor.ts'
import { openVault } from '#lib/conductor/vault.ts'
import { openDatabase, useDatabase } from '#lib/db/client.ts'
import { quickTiming } from './conductor-rig.ts'

/** A conductor in a process of its own, for tests that kill it. Arguments: database URL, folder of the vault. */
const [url, folder] = process.argv.slice(2)
const db = openDatabase(url!)
useDatabase(db)
const keys = await openVault(join(folder!, 'conductor'))
startConductor({ db, keys, timing: quickTiming })
console.log('started')
