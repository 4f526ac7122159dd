import { openRedfish } from '../session.ts'

/** A process of its own, because node reads some of its variables only when it starts: signs in as `argv` says and prints how that ended. */
const [port, expectedFingerprint, certificates] = process.argv.slice(2)
const target = {
  host: '127.0.0.1',
  port: Number(port),
  username: 'admin',
  password: 'secret',
  expectedFingerprint,
  authority: { certificates: certificates!, name: '127.0.0.1' },
}
const outcome = await openRedfish(target).then(
  () => 'signed in',
  (error: { kind?: string }) => error.kind ?? String(error),
)
console.log(outcome)
process.exit()
