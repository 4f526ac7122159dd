import { join } from 'node:path'
import { readFanProfiles } from '#lib/bmc/fan-profile-files.ts'
import { readAuthority } from '#lib/config/authority.ts'
import { checkpointFileOf, config, ConfigError } from '#lib/config/environment.ts'
import { keepHeapSmall } from '#lib/config/heap.ts'
import { exitNeedsPerson, onStop } from '#lib/config/lifetime.ts'
import { startAlerts } from '#lib/conductor/alerts.ts'
import { startCheckpoints } from '#lib/conductor/checkpoints.ts'
import { startConductor } from '#lib/conductor/conductor.ts'
import { syslogSender, webhookSender } from '#lib/conductor/outlet.ts'
import { startPowerWatch } from '#lib/conductor/power-watch.ts'
import { startReports } from '#lib/conductor/reports.ts'
import { startRetention } from '#lib/conductor/retention.ts'
import { openVault } from '#lib/conductor/vault.ts'
import { openConsoles } from '#lib/console/relay-server.ts'
import { database } from '#lib/db/client.ts'
import { VaultRefused } from '#lib/vault/keys.ts'

/** The conductor's process: the one that holds the BMCs' passwords and talks to them. Its keys are in DATA_DIR/conductor. */
try {
  keepHeapSmall()
  const db = database()
  const { DATA_DIR, AUDIT_SYSLOG, AUDIT_WEBHOOK, AUDIT_WEBHOOK_SECRET } = config()
  const keyFolder = join(DATA_DIR, 'conductor')
  const keys = await openVault(keyFolder)
  const ca = await readAuthority(config().BMC_CA)
  const { profiles: fanProfiles, problems } = await readFanProfiles(join(DATA_DIR, 'fan-profiles'))
  for (const problem of problems) console.error(`fan profile left out: ${problem}`)
  const conductor = startConductor({ db, keys, ca, fanProfiles, changes: config().REDFISH_CHANGES })
  const retention = startRetention(db, console.error)
  const alerts = startAlerts({ db, keys, ca, complain: console.error })
  const power = startPowerWatch({ db, complain: console.error })
  const checkpoints = startCheckpoints({
    db,
    keyFolder,
    file: checkpointFileOf(config()),
    everyRows: config().AUDIT_CHECKPOINT_ROWS,
    everySeconds: config().AUDIT_CHECKPOINT_SECONDS,
    // Nodes are taken up first: a signature starts Prisma's compiler.
    firstAfterMs: 5_000,
    senders: [
      ...(AUDIT_SYSLOG === undefined ? [] : [syslogSender(AUDIT_SYSLOG)]),
      ...(AUDIT_WEBHOOK === undefined ? [] : [webhookSender(AUDIT_WEBHOOK, AUDIT_WEBHOOK_SECRET)]),
    ],
    complain: console.error,
  })
  const consoles = openConsoles({ db, keys, ca, dataFolder: DATA_DIR, conductorId: conductor.id, complain: console.error })
  const reports = startReports(db, conductor, consoles.count, console.error)
  onStop(async () => {
    reports.stop()
    // Serial sessions are given back while the nodes are still ours.
    await consoles.close()
    await Promise.all([conductor.stop(), retention.stop(), alerts.stop(), power.stop()])
    // Last, so that what the others have written is signed.
    await checkpoints.stop()
    await db.close()
  })
} catch (error) {
  const needsPerson = error instanceof ConfigError || error instanceof VaultRefused
  console.error(error instanceof Error && needsPerson ? error.message : error)
  process.exit(needsPerson ? exitNeedsPerson : 1)
}
