import type { Terminal } from '@xterm/xterm'

type Parsing = Pick<Terminal, 'parser'>

/** Device attributes, status and cursor, modes, settings, terminal name, colours: all that a terminal would answer into the host's line. */
const questions = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { prefix: '>', final: 'q' },
  { final: 'x' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  /** Window operations: moving, sizing, title reports. */
  { final: 't' },
] as const

/** Icon and title, the palette (setting and asking), links, colours, clipboard, notifications and working folder. */
const commands = [0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 46, 50, 51, 52, 99, 133, 633, 777, 1337]

/** Reports of the mouse and of focus: with several people at a console they would be typed by everyone who moves the mouse. */
const reportModes = new Set([9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016])

/**
 * Makes a terminal one that only shows. Output sets no title, palette, link or clipboard and gets no answer: the line to the host
 * carries what the driver typed and nothing else. A program that asks for the cursor's place waits until its own time-out; answering
 * would be worse, since everybody's terminal would answer, and replayed history once more.
 */
export function silence({ parser }: Parsing): void {
  for (const id of questions) parser.registerCsiHandler(id, () => true)
  for (const id of commands) parser.registerOscHandler(id, () => true)
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true)
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true)
  parser.registerEscHandler({ final: 'Z' }, () => true)
  const isReport = (params: (number | number[])[]) => params.some((one) => typeof one === 'number' && reportModes.has(one))
  // A request that mixes one of these with others is dropped as a whole: nothing honest does that on a serial line.
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, isReport)
}
