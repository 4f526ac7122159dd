import { forever, readKey, type Host, type Life } from './life.ts'
import { runShell } from './shell.ts'

/** getty: whoever says a name and any password is let in. Ends only with the host. */
export function* logIn(host: Host): Life {
  for (;;) {
    yield `Debian GNU/Linux 12 ${host.identity.hostName} ttyS0\n\n`
    let name = ''
    while (name === '') {
      yield `${host.identity.hostName} login: `
      name = yield* readLine(host, 'echo')
    }
    yield 'Password: '
    yield* readLine(host, 'hidden')
    yield `Linux ${host.identity.hostName} 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 x86_64\n\nType help for the commands of this simulated host.\n`
    yield* runShell(host, name)
  }
}

/** A line as a terminal driver reads it: backspace, Ctrl-U, Ctrl-C (which gives nothing); Enter ends it. */
function* readLine(host: Host, echo: 'echo' | 'hidden'): Life<string> {
  let line = ''
  for (;;) {
    const key = yield* readKey(host, forever)
    if (key === '\r' || key === '\n') {
      yield '\n'
      return line
    }
    if (key === '\x03') {
      yield '^C\n'
      return ''
    }
    if (key === '\x7f' || key === '\b') {
      if (line !== '' && echo === 'echo') yield '\b \b'
      line = line.slice(0, -1)
    } else if (key === '\x15') {
      if (echo === 'echo') yield '\b \b'.repeat(line.length)
      line = ''
    } else if (key !== undefined && key.length === 1 && key >= ' ' && line.length < 64) {
      line += key
      if (echo === 'echo') yield key
    }
  }
}
