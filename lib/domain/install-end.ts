import { inWords, toSize } from './amount-words.ts'

/**
 * How an install ends, as pure rules of what is seen of it. A BMC that answers «inserted» proves nothing yet: what was read of the image
 * since the node was restarted does.
 */

/** How long is waited, all in ms, so that a test can be quick. */
export type InstallTiming = {
  /** What was read so lately is being read: it is not taken away by itself. */
  busyMs: number
  /** From the restart: when nothing was read by then, the node does not boot from it. */
  neverReadMs: number
  /** After the last read, and the shorter one after the last read where the node has restarted since it read. */
  quietMs: number
  quietAfterRestartMs: number
  /** From the restart: longer is watched for nobody. */
  longestMs: number
}

const minute = 60_000
export const usualInstallTiming: InstallTiming = { busyMs: minute, neverReadMs: 15 * minute, quietMs: 10 * minute, quietAfterRestartMs: 3 * minute, longestMs: 8 * 60 * minute }

/** What was read by one link. Times in ms since 1970. `refusedAddress`: another address than the BMC's asked for it, and got nothing. */
export type Reads = {
  bytes: number
  requests: number
  percent: number
  firstReadAtMs: number | null
  lastReadAtMs: number | null
  refusedAddress: string | null
  isRevoked: boolean
}

/** What is seen of an install while it reads. Times in ms since 1970. */
export type InstallSight = {
  nowMs: number
  /** When the node was restarted for it, and what had been read by next: BMCs look at an image when they take it in. */
  restartedAtMs: number
  before: { bytes: number; requests: number }
  /** null: another server serves it, and nobody here sees what is read. */
  reads: Reads | null
  /** How it was seen that the node restarted by itself since it began to read. */
  restart: string | null
  /** null: not looked at. */
  isInserted: boolean | null
  /** Somebody aborted the operation, or may not any more. */
  isStopped: boolean
}

/** What is left to do: `remove` takes the image out, `leave` leaves it in, `gone`: it is out. */
export type InstallEnd = { next: 'remove' | 'leave' | 'gone'; state: 'verified' | 'not-applied' | 'unknown' | 'failed' | 'aborted'; code: string; text: string }

/** So little is what a firmware reads that looks for something to boot and finds nothing for its mode. */
const littleBytes = 256 * 1024
const littlePercent = 50

/** Null while it goes on. */
export function toInstallEnd(sight: InstallSight, timing: InstallTiming): InstallEnd | null {
  const { reads } = sight
  if (reads === null) return toUncounted(sight, timing)
  const bytes = Math.max(0, reads.bytes - sight.before.bytes)
  if (sight.isStopped) return toStopped(sight, reads, bytes, timing)
  return bytes === 0 ? toUnread(sight, reads, timing) : toReading(sight, reads, bytes, timing)
}

function toUnread(sight: InstallSight, reads: Reads, timing: InstallTiming): InstallEnd | null {
  const sinceMs = sight.nowMs - sight.restartedAtMs
  if (isOut(sight, reads)) {
    const text = 'the image is out again and the node has read nothing of it since its restart: somebody, or the BMC by itself, has ejected it'
    return { next: 'gone', state: 'not-applied', code: 'ejected-unread', text }
  }
  return sinceMs < timing.neverReadMs ? null : { next: 'remove', state: 'not-applied', code: 'never-read', text: toNeverRead(sight, reads, sinceMs) }
}

function toReading(sight: InstallSight, reads: Reads, bytes: number, timing: InstallTiming): InstallEnd | null {
  const { nowMs, restartedAtMs, restart } = sight
  const quietForMs = quietOf(reads, nowMs)
  const said = toReadText(reads)
  if (isOut(sight, reads)) return toRead('gone', reads, bytes, `${said}; then it was ejected, by somebody or by the BMC itself`)
  if (restart !== null && quietForMs >= timing.quietAfterRestartMs) return toRead('remove', reads, bytes, `${said}; then the node restarted (${restart}) and read nothing for ${inWords(quietForMs)}`)
  if (quietForMs >= timing.quietMs) return toRead('remove', reads, bytes, `${said}; then nothing for ${inWords(quietForMs)}`)
  if (nowMs - restartedAtMs < timing.longestMs) return null
  const text = `${said}, and still reads ${inWords(nowMs - restartedAtMs)} after its restart: the image was left in; eject it when the install is done`
  return { next: 'leave', state: 'unknown', code: 'still-reading', text }
}

const isOut = ({ isInserted }: InstallSight, { isRevoked }: Reads) => isInserted === false || isRevoked
const quietOf = ({ lastReadAtMs }: Reads, nowMs: number) => (lastReadAtMs === null ? Infinity : nowMs - lastReadAtMs)

function toRead(next: 'remove' | 'gone', reads: Reads, bytes: number, text: string): InstallEnd {
  if (bytes >= littleBytes || reads.percent >= littlePercent) return { next, state: 'verified', code: 'read', text }
  const why = 'so little is what a firmware reads that finds nothing to boot: look whether the image has a boot record for the mode (UEFI or legacy) of this node'
  return { next, state: 'unknown', code: 'little-read', text: `${text}; ${why}` }
}

function toStopped(sight: InstallSight, reads: Reads, bytes: number, timing: InstallTiming): InstallEnd {
  const quietForMs = quietOf(reads, sight.nowMs)
  const what = bytes === 0 ? 'the operation was stopped before the node had read anything of the image' : `the operation was stopped; until then ${toReadText(reads)}`
  if (isOut(sight, reads)) return { next: 'gone', state: 'aborted', code: 'stopped', text: `${what}; the image is out` }
  if (bytes === 0 || quietForMs >= timing.busyMs) return { next: 'remove', state: 'aborted', code: 'stopped', text: what }
  const left = `the last time ${inWords(quietForMs)} ago: the image was left in, for taking it from a host that reads it breaks what runs there. Eject it on the node's page when that is meant`
  return { next: 'leave', state: 'aborted', code: 'left-mounted', text: `${what}, ${left}` }
}

function toUncounted({ nowMs, restartedAtMs, restart, isInserted, isStopped }: InstallSight, timing: InstallTiming): InstallEnd | null {
  const uncounted = 'the image is served by another server, so nobody here sees what is read of it'
  const isGone = isInserted === false
  if (isStopped) return { next: isGone ? 'gone' : 'leave', state: 'aborted', code: 'left-mounted', text: `the operation was stopped; ${uncounted}; ${isGone ? 'it is out' : 'it was left in: eject it on the node\'s page'}` }
  if (isGone) return { next: 'gone', state: 'unknown', code: 'uncounted', text: `${uncounted}; it was ejected, by somebody or by the BMC itself` }
  if (restart !== null) return { next: 'remove', state: 'unknown', code: 'uncounted', text: `${uncounted}; the node restarted by itself (${restart})` }
  if (nowMs - restartedAtMs < timing.longestMs) return null
  return { next: 'leave', state: 'unknown', code: 'uncounted', text: `${uncounted}; it was left in: eject it on the node's page` }
}

/** What to look at where nothing was read: with what the BMC did tell us. */
function toNeverRead({ before }: InstallSight, reads: Reads, sinceMs: number): string {
  const head = `mounted but never read: the node was restarted ${inWords(sinceMs)} ago and has read nothing of the image since`
  if (before.requests > 0) {
    return `${head}, though its BMC looked at it when it took it in (${toSize(before.bytes)} in ${before.requests} requests). So the node did not boot from it: look at its console, at its boot mode (UEFI or legacy), and whether its firmware may boot from virtual media`
  }
  if (reads.refusedAddress !== null) {
    return `${head}. The address ${reads.refusedAddress} asked for it and got nothing, because it is not this BMC's: a second network port of the BMC, or an address translation between it and here`
  }
  return `${head}, and its BMC has not fetched a byte of it either. Look whether the BMC reaches the address that serves images: a firewall, another network, a proxy set in the BMC`
}

/** What was read, as evidence: `it read 1.4 GiB, 88 % of the image, in 23,412 requests within 14 min`. */
export function toReadText({ bytes, percent, requests, firstReadAtMs, lastReadAtMs }: Reads): string {
  const share = percent < 1 ? 'less than 1 %' : `${Math.floor(percent)} %`
  const span = firstReadAtMs === null || lastReadAtMs === null ? '' : ` within ${inWords(lastReadAtMs - firstReadAtMs)}`
  return `it read ${toSize(bytes)}, ${share} of the image, in ${requests} requests${span}`
}
