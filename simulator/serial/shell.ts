import { forever, readKey, type Host, type Life } from './life.ts'
import { programs } from './programs.ts'

const mostCharacters = 1024

/** A small shell: one line, one program. Ends with `exit` or Ctrl-D. */
export function* runShell(host: Host, user: string): Life {
  const prompt = `${user}@${host.identity.hostName}:~${user === 'root' ? '#' : '$'} `
  let previous = ''
  for (;;) {
    yield prompt
    const line = yield* editLine(host, prompt, previous)
    if (line === undefined) return
    if (line.trim() === '') continue
    previous = line
    const [name = '', ...args] = line.trim().split(/\s+/)
    if (name === 'exit' || name === 'logout') return
    const program = Object.hasOwn(programs, name) ? programs[name] : undefined
    if (program === undefined) yield `-bash: ${name}: command not found\n`
    else yield* program(host, args, user)
  }
}

/** A line with echo, backspace, Ctrl-U, Ctrl-C, Ctrl-L and the line before on arrow up; undefined for Ctrl-D. */
function* editLine(host: Host, prompt: string, previous: string): Life<string | undefined> {
  let line = ''
  for (;;) {
    const key = yield* readKey(host, forever)
    switch (key) {
      case '\r':
      case '\n':
        yield '\n'
        return line
      case '\x04':
        if (line !== '') break
        yield 'logout\n'
        return undefined
      case '\x03':
        yield '^C\n'
        return ''
      case '\x0c':
        yield `\x1b[H\x1b[2J${prompt}${line}`
        break
      case '\x15':
        yield '\b \b'.repeat(line.length)
        line = ''
        break
      case 'up':
        yield `${'\b \b'.repeat(line.length)}${previous}`
        line = previous
        break
      case '\x7f':
      case '\b':
        if (line !== '') yield '\b \b'
        line = line.slice(0, -1)
        break
      default:
        if (key === undefined || key.length !== 1 || key < ' ' || line.length >= mostCharacters) break
        line += key
        yield key
    }
  }
}
