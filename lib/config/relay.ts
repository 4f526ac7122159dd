/**
 * Where web finds the conductor that holds a node's console: DATA_DIR/relay/<the lease's id>.sock. The name is short, because the path
 * of a Unix socket has room for about a hundred bytes.
 */
export const relayFolderName = 'relay'
export const relaySocketName = (conductorId: string) => `${conductorId.replaceAll('-', '').slice(0, 16)}.sock`

/** Where web finds the depot, to hand it what is uploaded: DATA_DIR/depot/depot.sock. */
export const depotFolderName = 'depot'
export const depotSocketName = 'depot.sock'
