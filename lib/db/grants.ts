/**
 * Who may do what in the database (design §1, checklist 46). Everything that is not listed is refused; the owner of the tables
 * (DATABASE_URL) keeps all rights and is used to migrate, and by every process only where roles cannot be made.
 */
export const processes = ['web', 'conductor', 'depot'] as const
export type Process = (typeof processes)[number]

type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

/** A table's rights: true for the whole table, else the columns. */
export type TableRights = Partial<Record<Right, true | readonly string[]>>

const all: TableRights = { SELECT: true, INSERT: true, UPDATE: true, DELETE: true }
const read: TableRights = { SELECT: true }

const probeWithoutPassword = ['id', 'nodeId', 'address', 'protocol', 'ports', 'username', 'state', 'result', 'createdBy', 'createdAt', 'finishedAt']
const linkWithoutToken = ['id', 'imageId', 'nodeId', 'name', 'bmcAddress', 'protocol', 'createdAt', 'expiresAt', 'revokedAt', 'bytesServed', 'requests', 'bytesPerSecond', 'touched', 'firstReadAt', 'lastReadAt', 'lastVia', 'lastAgent', 'refusedAddress', 'refusedAt']
const rawWithoutBody = ['id', 'nodeId', 'method', 'path', 'state', 'answer', 'answerBody', 'failure', 'by', 'byId', 'createdAt', 'finishedAt']

export const tables: Record<Process, Record<string, TableRights>> = {
  web: {
    Node: {
      SELECT: true,
      INSERT: true,
      // Not the lease (ownerId, ownerEpoch): it decides who talks to a BMC. Nor knownService, which decides where a password is sent first.
      UPDATE: ['name', 'groups', 'tags', 'rack', 'position', 'attributes', 'protected', 'maintenance', 'address', 'protocol', 'pin', 'pinnedAt', 'tls', 'ipmi', 'cipherSuite', 'capabilities', 'updatedAt'],
      DELETE: true,
    },
    Endpoint: all,
    // `revision` is written by the trigger of an edited node, which runs as the one who edits.
    NodeStatus: { SELECT: true, INSERT: true, UPDATE: ['revision', 'bmcState', 'bmcVia', 'failure'] },
    // The node page shows with which name its BMC is spoken to; the passwords are closed to web even where they are sealed.
    Credential: { SELECT: ['nodeId', 'username', 'kgAt'] },
    CredentialInbox: { SELECT: ['nodeId', 'kind', 'username', 'createdAt'], INSERT: true },
    Probe: { SELECT: probeWithoutPassword, INSERT: true },
    RawRequest: { SELECT: rawWithoutBody, INSERT: true },
    Recording: { SELECT: true, INSERT: true, UPDATE: ['stopAsked'], DELETE: true },
    // What is wanted is written here; how it stands with it, by the conductor.
    FanPolicy: { SELECT: true, INSERT: true, UPDATE: ['policy', 'version', 'consent', 'setBy', 'setById', 'setByKind', 'ip', 'requestId', 'setAt'] },
    Scan: { SELECT: true, INSERT: true, UPDATE: ['stopAsked'] },
    Sighting: read,
    Snapshot: read,
    LogEntry: read,
    LogCursor: { SELECT: ['nodeId', 'protocol', 'sources', 'readAt'] },
    Inventory: read,
    Sensor: read,
    Reading: read,
    PowerTotal: read,
    // How an operation goes on is written by the conductor; that it must stop or wait, here.
    Operation: { SELECT: true, INSERT: true, UPDATE: ['auditSeq', 'heldAt', 'heldBy', 'stoppedAt', 'stopReason', 'stoppedBy'] },
    Step: { SELECT: true, INSERT: true },
    // Sealed here for one operation, and never read back.
    ShareSecret: { INSERT: true },
    Conductor: read,
    AlertRule: all,
    Alert: read,
    // How deliveries went is written by the conductor; web never reads what opens a receiver's door.
    Receiver: { SELECT: true, INSERT: true, UPDATE: ['name', 'language', 'host', 'isPlain', 'isSigned', 'mail', 'site'], DELETE: true },
    ReceiverInbox: { SELECT: ['receiverId', 'createdAt'], INSERT: true },
    AlertMessage: { SELECT: true, INSERT: true },
    Silence: all,
    // What a budget is now, and what it decides, is the conductor's to say; web asks for it and says what became of it.
    Budget: { SELECT: true, INSERT: true, UPDATE: ['name', 'range', 'capWatts', 'warnShare', 'overSeconds', 'acts', 'armedBy', 'armedById', 'armedByKind', 'armedAt'], DELETE: true },
    BudgetDeed: { SELECT: true, UPDATE: ['state', 'problem', 'endedAt'] },
    Schedule: all,
    // What becomes of an image is the depot's to say; web asks for one and takes it away. It may name one column to change, because who locks a row must.
    Image: { SELECT: true, INSERT: true, UPDATE: ['name'], DELETE: true },
    // Of a link to an image everything but what opens it.
    ImageLink: { SELECT: linkWithoutToken },
    DepotState: read,
    User: all,
    Session: all,
    Invitation: all,
    ApiToken: all,
    // A ticket is written here and consumed by the conductor; web cannot read one back.
    ConsoleTicket: { INSERT: true },
    ConsoleSetting: { SELECT: true, INSERT: true, UPDATE: ['capture', 'way'] },
    SshHostKey: { SELECT: true, INSERT: true, UPDATE: ['key', 'pinnedAt', 'other', 'otherAt'], DELETE: true },
    SignInThrottle: all,
    Setting: { SELECT: true, INSERT: true, UPDATE: true },
    Audit: read,
  },
  conductor: {
    Node: { SELECT: true, UPDATE: ['pin', 'pinnedAt', 'cipherSuite', 'knownService', 'capabilities', 'ownerId', 'ownerEpoch', 'updatedAt'] },
    Endpoint: all,
    NodeStatus: { SELECT: true, INSERT: true, UPDATE: true },
    Credential: all,
    CredentialInbox: { SELECT: true, DELETE: true },
    Probe: { SELECT: true, UPDATE: true, DELETE: true },
    RawRequest: { SELECT: true, UPDATE: ['body', 'state', 'answer', 'answerBody', 'failure', 'sentAt', 'finishedAt'], DELETE: true },
    Scan: { SELECT: true, UPDATE: ['asked', 'state', 'end', 'ownerId', 'beatAt', 'finishedAt'], DELETE: true },
    Sighting: { SELECT: true, INSERT: true, UPDATE: ['redfish', 'ipmi'] },
    Recording: { SELECT: true, UPDATE: ['state', 'progress', 'summary', 'failure', 'file', 'beatAt', 'finishedAt'], DELETE: true },
    FanPolicy: { SELECT: true, UPDATE: ['doneVersion', 'state', 'reason', 'stateAt', 'holding', 'heldSince', 'duties', 'assertedAt', 'asserts'] },
    Snapshot: all,
    LogEntry: all,
    LogCursor: all,
    Inventory: all,
    Sensor: all,
    Reading: { SELECT: true, INSERT: true },
    PowerTotal: { SELECT: true, INSERT: true, DELETE: true },
    Operation: { SELECT: true, UPDATE: ['state', 'finishedAt', 'batch', 'counts', 'lookedAt', 'stoppedAt', 'stopReason'] },
    Step: { SELECT: true, UPDATE: true },
    ShareSecret: { SELECT: true, DELETE: true },
    Conductor: all,
    AlertRule: read,
    Alert: all,
    Receiver: { SELECT: true, UPDATE: ['failures', 'nextTryAt', 'deliveredAt', 'failedAt', 'failure'] },
    ReceiverSecret: all,
    ReceiverInbox: { SELECT: true, DELETE: true },
    AlertMessage: all,
    Silence: { SELECT: true, DELETE: true },
    Budget: { SELECT: true, UPDATE: ['state'] },
    BudgetDeed: all,
    ImageLink: { SELECT: linkWithoutToken, INSERT: ['imageId', 'nodeId', 'name', 'bmcAddress', 'tokenHash', 'protocol', 'expiresAt'], UPDATE: ['revokedAt', 'expiresAt'], DELETE: true },
    DepotState: read,
    User: { SELECT: ['id', 'name', 'role', 'disabled'] },
    ConsoleTicket: { SELECT: true, UPDATE: ['usedAt'], DELETE: true },
    ConsoleSetting: read,
    SshHostKey: { SELECT: true, INSERT: true, UPDATE: true },
    SdrRepository: { SELECT: true, INSERT: true, UPDATE: true },
    Image: read,
    Setting: { SELECT: true, INSERT: true, UPDATE: true },
    Audit: read,
  },
  depot: {
    Image: { SELECT: true, UPDATE: ['state', 'bytes', 'received', 'checked', 'sha256', 'facts', 'source', 'movedAt', 'readyAt', 'failure'], DELETE: true },
    ImageLink: { SELECT: true, UPDATE: ['bytesServed', 'requests', 'bytesPerSecond', 'touched', 'firstReadAt', 'lastReadAt', 'lastVia', 'lastAgent', 'refusedAddress', 'refusedAt'] },
    DepotState: { SELECT: true, INSERT: true, UPDATE: true },
    Setting: read,
  },
}

export const functions: Record<Process, readonly string[]> = {
  web: ['audit_append(text)'],
  conductor: ['audit_append(text)', 'reading_partitions(integer, integer)', 'purge_expired()', 'console_may(text, uuid, uuid, text[])', 'operation_may(text, text, text[])'],
  depot: ['audit_append(text)'],
}

export const sequences: Record<Process, readonly string[]> = {
  web: ['node_revision'],
  conductor: ['node_revision', '"Sensor_id_seq"'],
  depot: [],
}

const columns = (rights: true | readonly string[]) => (rights === true ? '' : ` (${rights.map((name) => `"${name}"`).join(', ')})`)

/** The statements that give a role its rights and take every other one, whatever it had before. */
export function grantStatements(process: Process, role: string): string[] {
  const given = Object.entries(tables[process]).flatMap(([table, rights]) =>
    Object.entries(rights).map(([right, on]) => `GRANT ${right}${columns(on)} ON "${table}" TO ${role}`),
  )
  return [
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role}`,
    `REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM ${role}`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM ${role}`,
    `GRANT USAGE ON SCHEMA public TO ${role}`,
    ...given,
    ...sequences[process].map((name) => `GRANT USAGE ON SEQUENCE ${name} TO ${role}`),
    ...functions[process].map((name) => `GRANT EXECUTE ON FUNCTION ${name} TO ${role}`),
  ]
}

const conductorsOwn = "key NOT IN ('vault', 'auditCheckpoint')"

/**
 * What no role may do by being anybody: call the functions that run as their owner, make tables or temporary tables (one named
 * "Audit" would come before ours in a search path). And the settings that web may read but not write: whoever sets the public key of
 * `vault` reads the passwords, and web shall not be able to call an audit signed that is not.
 */

export const publicStatements = (database: string, web: string, conductor: string): string[] => [
  'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
  `REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`,
  // graphile-worker keeps its queue in a schema of its own, which must belong to who uses it: its tables have row security.
  `GRANT CREATE ON DATABASE ${database} TO ${conductor}`,
  'REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC',
  'ALTER TABLE "Setting" ENABLE ROW LEVEL SECURITY',
  'DROP POLICY IF EXISTS setting_read ON "Setting"',
  'DROP POLICY IF EXISTS setting_web ON "Setting"',
  'DROP POLICY IF EXISTS setting_web_insert ON "Setting"',
  'DROP POLICY IF EXISTS setting_conductor ON "Setting"',
  'CREATE POLICY setting_read ON "Setting" FOR SELECT USING (true)',
  `CREATE POLICY setting_web ON "Setting" FOR UPDATE TO ${web} USING (${conductorsOwn}) WITH CHECK (${conductorsOwn})`,
  `CREATE POLICY setting_web_insert ON "Setting" FOR INSERT TO ${web} WITH CHECK (${conductorsOwn})`,
  `CREATE POLICY setting_conductor ON "Setting" TO ${conductor} USING (true) WITH CHECK (true)`,
]
