import { startPowerWatch } from '#lib/conductor/power-watch.ts'
import { openDatabase, useDatabase } from '#lib/db/client.ts'

/** A conductor's watch over power in a process of its own with quick looks, for tests that kill it. Argument: database URL. */
const db = openDatabase(process.argv[2]!)
useDatabase(db)
startPowerWatch({ db, lookEveryMs: 20, complain: console.error })
