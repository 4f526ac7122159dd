import type { ServerChannel } from 'ssh2'
import type { SerialLine } from '../serial/port.ts'

const mostAtOnce = 4096
const mostWaiting = 4096

/** A machine's serial port on an SSH channel. */
export interface Line {
  type: (bytes: Buffer) => void
  release: () => void
}

/** Puts the channel on a line of the serial port; undefined while somebody else is on that line. */
export function takeLine(serial: SerialLine, channel: ServerChannel): Line | undefined {
  if (serial.isAttached()) return undefined
  let waiting: Buffer = Buffer.alloc(0)
  let isBlocked = false
  let isReleased = false

  function pump(): void {
    if (isReleased) return
    if (waiting.length > 0) waiting = Buffer.from(waiting.subarray(serial.write(waiting)))
    while (!isBlocked) {
      const printed = serial.read(mostAtOnce)
      if (printed.length === 0) return
      isBlocked = !channel.write(printed)
    }
  }

  channel.on('drain', () => {
    isBlocked = false
    pump()
  })
  serial.attach(pump)
  return {
    type(bytes) {
      // A host that is off takes nothing, and one that reads nothing no more than this.
      if (!serial.isPowered()) waiting = Buffer.alloc(0)
      else waiting = Buffer.concat([waiting, bytes]).subarray(0, mostWaiting)
      pump()
    },
    release() {
      if (isReleased) return
      isReleased = true
      serial.detach()
    },
  }
}
