/** Of one stream of server-sent events: how much of it is believed to be one. */
export type ScanLimits = { maxLineBytes: number; maxEventBytes: number }

/** `too-long`: a line or an event beyond its limit; nothing after it is looked at. */
export type Scan = { events: number; fault: 'too-long' | undefined }

export type EventScanner = {
  /** The next bytes: how many events they complete. */
  push(bytes: Uint8Array): Scan
  /** True in the middle of an event or a line. */
  isInside(): boolean
}

const lf = 0x0a
const cr = 0x0d
const dataField = [...Buffer.from('data')]
const colon = 0x3a

/**
 * Counts the events of a stream (HTML Living Standard §9.2.6: an event is lines with `data` up to an empty one; comments and the other
 * fields make none). It keeps not a byte: what an event says is not believed, so it need not be read.
 */
export function createEventScanner({ maxLineBytes, maxEventBytes }: ScanLimits): EventScanner {
  let lineBytes = 0
  let eventBytes = 0
  /** How much of the line is `data` so far; -1 when it is another field. */
  let matched = 0
  let isData = false
  let hasData = false
  let wasCr = false

  function endLine(): boolean {
    const isEvent = lineBytes === 0 && hasData
    if (lineBytes === 0) {
      hasData = false
      eventBytes = 0
    } else if (isData || matched === dataField.length) hasData = true
    lineBytes = 0
    matched = 0
    isData = false
    return isEvent
  }

  function take(byte: number): void {
    lineBytes += 1
    eventBytes += 1
    if (matched === dataField.length) {
      isData ||= byte === colon
      matched = -1
    } else if (matched >= 0) matched = byte === dataField[matched] ? matched + 1 : -1
  }

  return {
    push(bytes) {
      let events = 0
      for (const byte of bytes) {
        const isSecondHalf = wasCr && byte === lf
        wasCr = byte === cr
        if (isSecondHalf) continue
        if (byte === lf || byte === cr) {
          if (endLine()) events += 1
        } else take(byte)
        if (lineBytes > maxLineBytes || eventBytes > maxEventBytes) return { events, fault: 'too-long' }
      }
      return { events, fault: undefined }
    },
    isInside: () => lineBytes > 0 || eventBytes > 0,
  }
}
