import headless from '@xterm/headless'
import { expect, test } from 'vitest'
import { silence } from './silence.ts'

const esc = '\x1b'

function setUp(isSilent: boolean) {
  const terminal = new headless.Terminal({ allowProposedApi: true, cols: 80, rows: 24 })
  if (isSilent) silence(terminal as never)
  const answers: string[] = []
  const titles: string[] = []
  terminal.onData((data) => answers.push(data))
  terminal.onTitleChange((title) => titles.push(title))
  return { terminal, answers, titles, write: (text: string) => new Promise<void>((done) => terminal.write(text, done)) }
}

const reports = ['[c', '[0c', '[>c', '[>0c', '[=c', '[>q', 'Z', '[5n', '[6n', '[?6n', '[?15n', '[?25$p', '[4$p', '[14t', '[18t', '[21t']
const strings = ['P$qm\x1b\\', 'P$q"p\x1b\\', ']4;1;?\x07', ']10;?\x07', ']11;?\x07', ']12;?\x07', ']52;c;?\x07']
const questions = [...reports, ...strings]

test.each(questions.map((question) => esc + question))('%j is not answered', async (question) => {
  const { answers, write } = setUp(true)
  await write(`before${question}after`)
  expect(answers).toEqual([])
})

test('without the silence a terminal does answer: the questions are real ones', async () => {
  const { answers, write } = setUp(false)
  for (const question of questions) await write(esc + question)
  expect(answers.length).toBeGreaterThan(8)
})

test('a title is not set, a link not made, and the text around stays', async () => {
  const { terminal, titles, write } = setUp(true)
  await write(`${esc}]0;pwned\x07${esc}]2;pwned\x07`)
  await write(`${esc}]8;;javascript:alert(1)${esc}\\a link${esc}]8;;${esc}\\ <img src=x onerror=alert(1)>`)
  expect(titles).toEqual([])
  expect(terminal.buffer.active.getLine(0)!.translateToString(true)).toBe('a link <img src=x onerror=alert(1)>')
})

test('mouse and focus reports cannot be asked for; other modes can', async () => {
  const { terminal, write } = setUp(true)
  await write(`${esc}[?1000h${esc}[?1003h${esc}[?1006h${esc}[?1004h`)
  expect(terminal.modes.mouseTrackingMode).toBe('none')
  expect(terminal.modes.sendFocusMode).toBe(false)
  await write(`${esc}[?1h${esc}[?2004h${esc}[?1049h`)
  expect(terminal.modes.applicationCursorKeysMode).toBe(true)
  expect(terminal.modes.bracketedPasteMode).toBe(true)
  expect(terminal.buffer.active.type).toBe('alternate')
})
