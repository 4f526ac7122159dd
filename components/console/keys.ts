/** Keys that a browser keeps for itself, or that a small keyboard has not, with what a VT220 sends for them. */
export const sentByMenu = {
  'Ctrl-W': '\x17',
  'Ctrl-T': '\x14',
  'Ctrl-N': '\x0e',
  Esc: '\x1b',
  Tab: '\t',
  Delete: '\x1b[3~',
  F1: '\x1bOP',
  F2: '\x1bOQ',
  F10: '\x1b[21~',
  F11: '\x1b[23~',
  F12: '\x1b[24~',
} as const
export type MenuKey = keyof typeof sentByMenu

const arrows = { up: 'A', down: 'B', right: 'C', left: 'D' } as const
export type Arrow = keyof typeof arrows

/** An arrow key, as the program at the other end asked for it. */
export const arrowBytes = (arrow: Arrow, isApplicationMode: boolean) => `\x1b${isApplicationMode ? 'O' : '['}${arrows[arrow]}`

/** The control character of a key, as Ctrl with it sends; anything else unchanged. */
export function withCtrl(text: string): string {
  if (text.length !== 1) return text
  const code = text.toUpperCase().charCodeAt(0)
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : text === '?' ? '\x7f' : text
}

/** Magic SysRq keys that are of use on a server (kernel.org, admin-guide/sysrq). `danger` ones are confirmed: they end what runs. */
export const sysrqKeys = [
  { key: 'h' },
  { key: 's' },
  { key: 'u', danger: true },
  { key: 'b', danger: true },
  { key: 'o', danger: true },
  { key: 'e', danger: true },
  { key: 'i', danger: true },
  { key: 'c', danger: true },
  { key: 'f', danger: true },
  { key: 't' },
  { key: 'w' },
  { key: 'l' },
  { key: 'm' },
  { key: '9' },
] as const
export type SysrqKey = (typeof sysrqKeys)[number]['key']
