/**
 * Keeps who types on the serial line from leaving the console by its exit keys: their last key is not passed on when the others stand
 * before it. The state goes on from write to write.
 */
export function createGuard(exit: string | undefined): (bytes: Uint8Array) => Uint8Array {
  if (exit === undefined || exit === '') return (bytes) => bytes
  const keys = [...Buffer.from(exit, 'latin1')]
  const before = keys.slice(0, -1)
  const last = keys.at(-1)!
  let typed: number[] = []
  return (bytes) =>
    Uint8Array.from(bytes).filter((byte) => {
      if (byte === last && before.every((key, n) => typed[typed.length - before.length + n] === key)) return false
      if (before.length > 0) typed = [...typed, byte].slice(-before.length)
      return true
    })
}
