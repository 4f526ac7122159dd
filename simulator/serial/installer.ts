import { forever, rest, type Host, type Life } from './life.ts'

const lookMs = 500

/**
 * The installer of whatever image is in the virtual drive: it reads all of it (the BMC does, `media/drives.ts`), says how far it is and what
 * SHA-256 the bytes have, and the host restarts. False where there is no disc, or one that cannot be read: the firmware goes on to the next device.
 */
export function* runInstaller(host: Host): Life<boolean> {
  const medium = host.medium()
  if (medium === undefined) {
    yield 'Booting from virtual CD ... no medium\n'
    return false
  }
  const { record } = medium
  yield `Booting from virtual CD ${medium.name} ...\n`
  yield* rest(host, lookMs)
  if (record.bytes === 0) {
    yield 'Boot failed: the disc cannot be read\n'
    return false
  }
  yield `\nInstaller of ${medium.name}, ${record.bytes} bytes\n`
  host.kernelRuns = true
  host.kernelStartedMs = host.now()
  let shown = -1
  while (!medium.isWhole() && record.problem === null) {
    const percent = Math.floor((record.bytesRead / record.bytes) * 10) * 10
    if (percent > shown) yield `Reading the disc ... ${percent}%\n`
    shown = Math.max(shown, percent)
    yield* rest(host, lookMs)
  }
  if (record.problem !== null) {
    yield `Installation failed: cannot read the disc: ${record.problem}\n`
    yield { untilMs: forever, deaf: true }
    return true
  }
  yield `Reading the disc ... 100%\nsha256 ${record.sha256}\nInstallation complete. Restarting.\n`
  yield { untilMs: forever, deaf: true }
  return true
}
