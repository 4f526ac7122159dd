import { describe, expect, it } from 'vitest'
import { createScreen, type Picture } from './screen.ts'
import { createUndecided } from './undecided.ts'

const size = { columns: 80, rows: 24 }
const screenOf = (...parts: (string | Buffer)[]) => {
  const screen = createScreen(size, () => {})
  for (const part of parts) screen.write(Buffer.from(part))
  return screen
}

/** What a late joiner holds who is given a picture, and then the rest of the stream. */
async function joined(picture: Picture, rest: string): Promise<string> {
  const late = screenOf(picture.screen, rest)
  return (await late.picture()).screen.toString()
}

describe('a picture of the terminal', () => {
  const streams: [name: string, text: string][] = [
    ['plain lines', 'Booting\r\nLoading kernel\r\nlogin: '],
    ['colours and bold', '\x1b[1;31mFAILED\x1b[0m ok \x1b[48;5;17mblue'],
    ['a menu in the other buffer', '\x1b[?1049h\x1b[2J\x1b[5;10HGNU GRUB\x1b[7mUbuntu\x1b[0m'],
    ['margins', '\x1b[5;10r\x1b[10;1Hscrolls\r\nhere\r\nalone\r\n'],
    ['line drawing', '\x1b(0lqqqk\r\nx   x\r\nmqqqj'],
    ['line drawing in G1', '\x1b)0\x0elqqk'],
    ['wide and composed characters', '服务器 é̂ ok\r\n'],
    ['more than a screen', Array.from({ length: 60 }, (_, n) => `line ${n}\r\n`).join('')],
    ['an operating system command', '\x1b]0;title\x07prompt$ '],
  ]

  it.each(streams)('of %s, taken at every byte, is the same terminal to who joins there', async (_, text) => {
    const bytes = Buffer.from(`${text}\r\n\x1b[32mand on\x1b[0m`)
    const whole = (await screenOf(bytes).picture()).screen.toString()
    for (let at = 0; at <= bytes.length; at += 1) {
      const picture = await screenOf(bytes.subarray(0, at)).picture()
      const late = screenOf(picture.screen, bytes.subarray(at))
      expect((await late.picture()).screen.toString(), `cut at ${at}`).toBe(whole)
    }
  })

  it('keeps the order of sizes and bytes', async () => {
    const screen = screenOf('x'.repeat(100))
    screen.resize(120, 30)
    screen.write(Buffer.from('after'))
    expect(await screen.picture()).toMatchObject({ columns: 120, rows: 30 })
  })

  it('answers no question of the host (checklist 17)', async () => {
    const screen = screenOf('\x1b[c\x1b[6n\x1b[21t\x1b]52;c;aGk=\x07\x1b]0;<img onerror=alert(1)>\x07\x05')
    const { screen: bytes } = await screen.picture()
    expect(bytes.toString()).not.toMatch(/aGk|onerror/)
  })

  it('says how much waits to be parsed', async () => {
    const screen = screenOf('x'.repeat(5000))
    expect(screen.pending()).toBe(5000)
    await screen.picture()
    expect(screen.pending()).toBe(0)
  })

  it('rejects when the screen is closed meanwhile', async () => {
    const screen = screenOf('x')
    const picture = screen.picture()
    screen.close()
    await expect(picture).rejects.toThrow('closed')
    await expect(joined({ ...size, screen: Buffer.alloc(0) }, '')).resolves.toBe('')
  })
})

describe('the bytes that are not decided', () => {
  const cases: [bytes: number[] | string, left: number[] | string][] = [
    ['abc', ''],
    ['abc\x1b', '\x1b'],
    ['abc\x1b[', '\x1b['],
    ['\x1b[31', '\x1b[31'],
    ['\x1b[31m', ''],
    // A control within a sequence is done at once.
    ['\x1b[3\n1', '\x1b[31'],
    ['\x1b(', '\x1b('],
    ['\x1b(0', ''],
    ['\x1b]0;tit', '\x1b]0;tit'],
    ['\x1b]0;tit\x07', ''],
    ['\x1b]0;tit\x1b', '\x1b'],
    ['\x1bPq\x07', '\x1bPq\x07'],
    ['\x1bPq\x1b\\', ''],
    ['\x1b[31\x18', ''],
    // Half of é, of 服, of an emoji; a lone continuation; CSI as U+009B.
    [[0xc3], [0xc3]],
    [[0xe6, 0x9c], [0xe6, 0x9c]],
    [[0xf0, 0x9f, 0x98], [0xf0, 0x9f, 0x98]],
    [[0xf0, 0x9f, 0x98, 0x80], []],
    [[0x80, 0x41], []],
    [[0xe6, 0x41], []],
    [[0xc2, 0x9b, 0x33], [0xc2, 0x9b, 0x33]],
  ]
  it.each(cases)('of %j are %j', (bytes, left) => {
    const undecided = createUndecided()
    undecided.push(Buffer.from(bytes as string))
    expect([...undecided.bytes()]).toEqual([...Buffer.from(left as string)])
  })

  it('are bounded in a sequence that never ends', () => {
    const undecided = createUndecided()
    undecided.push(Buffer.from(`\x1b]0;${'x'.repeat(100_000)}`))
    expect(undecided.bytes().length).toBe(4096)
    undecided.push(Buffer.from([7]))
    expect(undecided.bytes().length).toBe(0)
  })
})
